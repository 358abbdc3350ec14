"""Where Apple's runtime and onpar's evaluator ran one package, the report says how far apart."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from here import onpar_here

from onpar.parity.contract.capture import read_capture, write_capture
from onpar.parity.contract.sidecar import read_sidecar, sidecar_path
from onpar.parity.judge.compare_targets import compare_targets
from onpar.parity.judge.run import read_run
from onpar.parity.report.page.html import write_html


def captured(build: Path, name: str) -> Path:
    [folder] = (build / "captures" / "mil").glob(f"*-{name}.mlpackage")
    return folder / "coffee.safetensors"


def test_a_row_of_apples_runtime_says_how_far_it_is_from_the_evaluation(
    wide_build: Path, tmp_path: Path
) -> None:
    """No Mac here: its capture is the evaluator's with another name and a little off."""
    path = captured(wide_build, "fp32-tensor")
    mine = read_capture(path)
    tensors = {**mine.tensors, "out": mine.tensors["out"] + np.float32(2**-18)}
    mac: dict[str, Any] = {
        "target": "coreml",
        "runtime": "coreml",
        "os": "Darwin 25.0.0",
        "arch": "arm64",
    }
    info = replace(mine.info, runtime_version="macOS 26.0", **mac)
    write_capture(tmp_path / "coffee.safetensors", replace(mine, info=info, tensors=tensors))
    words = ("--build", wide_build, "--json", "--write-json", tmp_path / "run.json")
    done = onpar_here("check", path, tmp_path / "coffee.safetensors", *words)
    rows = {v["target"]: v["compared"] for v in json.loads(done.stdout)["run"]["verdicts"]}
    assert rows["mil"] == ""
    said = rows["coreml"]
    assert said.startswith("Compared with mil: 100.000% of the class map's pixels are the same; ")
    assert "out differs by up to 3.81e-06 (RMS 3.81e-06, " in said
    write_html(read_run(tmp_path / "run.json"), tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "differs by up to 3.81e-06" in page


def test_what_cannot_be_compared_is_not(wide_build: Path) -> None:
    mine = read_capture(captured(wide_build, "fp32-tensor"))
    file = read_sidecar(sidecar_path(wide_build / "artifacts" / mine.info.artifact))
    without = {name: t for name, t in mine.tensors.items() if name != "classmap"}
    broken = np.full_like(mine.tensors["out"], np.nan)
    assert compare_targets(mine, replace(mine, tensors=without | {"out": broken}), file) == ""
    smaller = {"out": mine.tensors["out"][..., 1:]}
    assert compare_targets(mine, replace(mine, tensors=smaller), file) == ""
