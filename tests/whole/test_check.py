"""What `onpar check` makes of several captures, and of damaged sidecars and goldens beside them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from builds import linked
from here import onpar_here
from producer import onnx_app

from onpar.parity.contract.capture import read_capture, write_capture
from onpar.parity.contract.sidecar import sidecar_path
from onpar.parity.judge.run import Row
from onpar.parity.judge.verdict import Verdict
from onpar.pipeline.check.verdicts import ambiguous

SCREEN = 24
"""Lines of a terminal, of 80 characters each."""


@pytest.fixture
def build(wide_build: Path, tmp_path: Path) -> Path:
    """A build that the test may damage."""
    return linked(wide_build, tmp_path / "build")


@pytest.fixture
def sound(build: Path, tmp_path: Path) -> Path:
    """A capture that is on par, alone in its folder."""
    path = tmp_path / "captures" / "sound.safetensors"
    write_capture(path, onnx_app(build).capture())
    return path


def test_a_capture_on_par_does_not_excuse_the_one_beside_it(build: Path, sound: Path) -> None:
    (sound.parent / "broken.safetensors").write_bytes(b"")
    said = onpar_here("check", sound.parent, "--build", build, "--json")
    rows = json.loads(said.stdout)["rows"]
    assert sorted(row["status"] for row in rows) == ["PASS", "UNREADABLE"]
    assert said.returncode == 1


def test_a_required_row_that_nobody_captured_fails(build: Path, sound: Path) -> None:
    row = "onnxruntime:onnx-fp32-tensor:rocket"
    assert onpar_here("check", sound, "--build", build).returncode == 0
    said = onpar_here("check", sound, "--build", build, "--require", row)
    assert said.returncode == 1
    assert "not captured" in said.stdout


def test_a_required_row_is_not_met_by_another_recipes(build: Path, sound: Path) -> None:
    row = Row("onnxruntime", "onnx-fp32-tensor", "coffee")
    info = read_capture(sound).info
    verdict = Verdict("one", row.target, row.variant, row.case, stages=(), info=info)
    verdicts = [verdict, replace(verdict, recipe="another")]
    [said] = ambiguous([row], verdicts)
    assert "several recipes (another, one)" in said and said.endswith("each recipe alone")
    assert list(ambiguous([row], [verdict])) == [] == list(ambiguous([], verdicts))


def test_nothing_to_compare_is_a_failure(build: Path, tmp_path: Path) -> None:
    (tmp_path / "captures").mkdir()
    said = onpar_here("check", tmp_path / "captures", "--build", build)
    assert said.returncode == 2
    assert "Nothing was compared" in " ".join(said.stdout.split())


def refused(said: CompletedProcess[str], name: str) -> None:
    """Exit code 2, and one screen that names the file and what to do, without a traceback."""
    assert said.returncode == 2, said.stdout + said.stderr
    assert name in said.stderr and "`onpar " in said.stderr
    assert "Traceback" not in said.stderr
    assert sum(1 + len(line) // 80 for line in said.stderr.splitlines()) <= SCREEN


def rewritten(build: Path, change: Callable[[str], str]) -> str:
    """Change the ONNX sidecar's text; its name."""
    [artifact] = (build / "artifacts").glob("*-fp32-tensor.onnx")
    path = sidecar_path(artifact)
    text = path.read_text()
    path.unlink()
    path.write_text(change(text))
    assert path.read_text() != text
    return path.name


@pytest.mark.parametrize("value", ["1e999", "Infinity", "NaN", "-8", '"8"', "null"])
@pytest.mark.parametrize("bound", ["max_floors", "rms_floors"])
def test_a_sidecar_whose_tolerance_is_no_finite_number_is_refused(
    build: Path, sound: Path, bound: str, value: str
) -> None:
    name = rewritten(build, lambda text: re.sub(f'("{bound}":) [0-9.]+', rf"\1 {value}", text))
    refused(onpar_here("check", sound, "--build", build, "--json"), name)


def test_a_sidecar_whose_tolerance_has_no_reason_is_refused(build: Path, sound: Path) -> None:
    name = rewritten(build, lambda text: re.sub(r'"reason": "[^"]+"', '"reason": " "', text))
    refused(onpar_here("check", sound, "--build", build, "--json"), name)


def test_a_golden_that_is_cut_short_is_refused(build: Path, sound: Path) -> None:
    [golden] = (build / "goldens").rglob("coffee.safetensors")
    content = golden.read_bytes()
    golden.unlink()
    golden.write_bytes(content[:-1])
    refused(onpar_here("check", sound, "--build", build, "--json"), golden.name)
