"""`onpar parity` takes a run as judged only where nothing that it judged, and nothing that it says,
has changed since."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from calls import refusal
from here import onpar_here
from recipe_text import SIZE, written

from onpar.parity.contract.capture import read_capture, write_capture

Judge = Callable[[], tuple[int, dict[str, Any]]]


@pytest.fixture
def build(tmp_path: Path) -> Path:
    return tmp_path / "build"


@pytest.fixture
def judge(tmp_path: Path, build: Path) -> Judge:
    recipe = written(tmp_path)
    words = ("parity", "--recipe", recipe, "--size", SIZE, "--format", "safetensors-fp32")

    def judged() -> tuple[int, dict[str, Any]]:
        done = onpar_here(*words, "--build", build, "--json")
        return done.returncode, json.loads(done.stdout)

    return judged


def test_a_run_that_was_edited_is_judged_again(judge: Judge, build: Path) -> None:
    code, before = judge()
    assert (code, before["passed"]) == (0, True)
    [path] = build.glob("reports/*/run.json")
    text = path.read_text("utf-8")
    path.write_text(text.replace('"PASS"', '"VALUE"'), "utf-8")
    assert path.read_text("utf-8") != text
    code, after = judge()
    assert (code, after["answer"]) == (0, before["answer"])


def test_a_capture_that_changed_and_kept_its_size_and_time_is_judged_again(
    judge: Judge, build: Path
) -> None:
    assert judge()[0] == 0
    path = next(build.glob("captures/pytorch-eager/*/*.safetensors"))
    times = path.stat()
    capture = read_capture(path)
    np.negative(capture.tensors["scores"], out=capture.tensors["scores"])
    write_capture(path, capture)
    assert path.stat().st_size == times.st_size
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    code, after = judge()
    assert code == 1 and after["answer"].startswith("Not on par")


@pytest.mark.parametrize("name", ['a"b.py', "a\nb.py", "a:b.py"])
def test_a_recipe_that_no_artifact_can_be_named_after_is_refused(
    tmp_path: Path, build: Path, name: str
) -> None:
    path = written(tmp_path).rename(tmp_path / name)
    said = refusal("parity", "--recipe", path, "--size", SIZE, "--build", build)
    assert "artifacts are named after the file, expected the name of a file" in said
    assert said.endswith("rename the file") and not build.exists()
