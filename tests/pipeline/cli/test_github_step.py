"""`check --github` and `parity --github`: annotations, the job summary, and nothing obeyed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from builds import formats_made
from calls import SEEDED
from github_step import obeyed, step

from onpar.parity.contract.capture import read_capture, write_capture


@pytest.fixture
def coffee(wide_build: Path) -> Path:
    """An honest capture."""
    [path] = wide_build.glob("captures/onnxruntime/*-fp32-tensor.onnx/coffee.safetensors")
    return path


def rewritten(path: Path, folder: Path, case: str = "coffee", off: float = 0) -> Path:
    """The capture with another name, or with a score that is off."""
    capture = read_capture(path)
    tensors = dict(capture.tensors)
    tensors["out"] = np.array(tensors["out"])
    tensors["out"][0, 0, 0, 0] += np.float32(off)
    copy = folder / "coffee.safetensors"
    write_capture(copy, replace(capture, tensors=tensors, info=replace(capture.info, case=case)))
    return copy


def test_a_failing_check_is_annotated_and_in_the_job_summary(
    wide_build: Path, coffee: Path, tmp_path: Path
) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("what an earlier command of the step wrote\n")
    wrong = rewritten(coffee, tmp_path, off=5)
    done = step("check", wrong, "--build", wide_build, "--github", summary=summary)
    assert done.returncode == 1
    [error] = obeyed(done.stdout.splitlines())
    title = "VALUE at run%3A onnxruntime onnx-fp32-tensor on coffee"
    assert error.startswith(f"::error title={title}::out: ")
    text = summary.read_text()
    assert text.startswith("what an earlier command of the step wrote\n### ✕ Not on par")
    assert "| onnxruntime | onnx\\-fp32\\-tensor | coffee | **VALUE** | run | 5 |" in text


def test_a_check_on_par_is_in_the_job_summary_and_annotates_nothing(
    wide_build: Path, coffee: Path, tmp_path: Path
) -> None:
    summary = tmp_path / "summary.md"
    done = step("check", coffee, "--build", wide_build, "--github", summary=summary)
    assert done.returncode == 0
    assert obeyed(done.stdout.splitlines()) == []
    assert summary.read_text().startswith("### ✓ On par")


def test_without_the_option_github_is_told_nothing(
    wide_build: Path, coffee: Path, tmp_path: Path
) -> None:
    summary = tmp_path / "summary.md"
    wrong = rewritten(coffee, tmp_path, off=5)
    done = step("check", wrong, "--build", wide_build, summary=summary)
    assert "::" not in done.stdout and not summary.exists()


def test_a_name_out_of_a_capture_cannot_command_github(
    wide_build: Path, coffee: Path, tmp_path: Path
) -> None:
    wrong = rewritten(coffee, tmp_path, case="::add-mask::PASS")
    done = step("check", wrong, "--build", wide_build, "--github", summary=tmp_path / "s.md")
    lines = done.stdout.splitlines()
    assert any(line.startswith("::add-mask::") for line in lines)
    assert [line.partition(" ")[0] for line in obeyed(lines)] == ["::error"]


def test_outside_of_github_the_verdict_stands_and_stderr_says_what_is_missing(
    wide_build: Path, coffee: Path, tmp_path: Path
) -> None:
    done = step("check", coffee, "--build", wide_build, "--github")
    assert done.returncode == 0
    assert "no job summary was written: GITHUB_STEP_SUMMARY is not set" in done.stderr
    done = step("check", coffee, "--build", wide_build, "--github", summary=tmp_path)
    assert done.returncode == 0
    assert f"no job summary was written: {tmp_path}: Is a directory" in done.stderr


def test_a_step_that_has_no_room_left_keeps_what_it_has(
    wide_build: Path, coffee: Path, tmp_path: Path
) -> None:
    summary = tmp_path / "summary.md"
    for full in ((1 << 20) - 1, 1 << 20, (1 << 20) + 1):
        summary.write_text("x" * full)
        done = step("check", coffee, "--build", wide_build, "--github", summary=summary)
        assert done.returncode == 0 and summary.stat().st_size == full


def test_json_stays_json_and_the_annotations_are_on_stderr(
    wide_build: Path, coffee: Path, tmp_path: Path
) -> None:
    wrong = rewritten(coffee, tmp_path, off=5)
    summary = tmp_path / "summary.md"
    done = step("check", wrong, "--build", wide_build, "--github", "--json", summary=summary)
    assert json.loads(done.stdout)["passed"] is False
    assert [line for line in done.stderr.splitlines() if line.startswith("::error ")]


def test_parity_tells_github_as_check_does(wide_build: Path, tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    done = step(
        "parity", *SEEDED, *formats_made(), "--build", wide_build, "--github", summary=summary
    )
    assert done.returncode == 0, done.stderr
    kinds = [line.partition(" ")[0] for line in obeyed(done.stdout.splitlines())]
    assert kinds == ["::notice"]
    assert summary.read_text().startswith("### ✓ On par")
