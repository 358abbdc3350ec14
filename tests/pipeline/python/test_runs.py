"""run_parity, check_artifact and check_captures do what the commands do, and say the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builds import linked, onpar
from python_calls import OPTIONS, RECIPE, command_line, python
from small_build import SmallBuild, capture, small_build, tensors

from onpar import OnparError, RunResult, Status, check_artifact, check_captures, run_parity
from onpar.parity.contract.capture import read_capture, write_capture
from onpar.pipeline.paths import ROOT


def wrong_capture(build: SmallBuild) -> Path:
    """A capture whose output is 0.5 off in one value."""
    held = tensors()
    held["out"][0, 1, 2, 3] += 0.5
    return build.captured("wrong", capture(held))


def artifact_of(build: Path) -> Path:
    [path] = (build / "artifacts").glob("*.onnx")
    return path


def test_run_parity_prints_what_the_command_prints(python_build: Path) -> None:
    done = run_parity(RECIPE, **OPTIONS, build=python_build)
    said = onpar(*command_line(python_build))
    assert (done.exit_code, said.returncode) == (0, 0), said.stderr
    assert str(done) + "\n" == said.stdout
    assert done.report is not None
    assert done.report.is_file()
    assert done.on_par
    rows = [row for row in done.rows if row.on_par]
    assert {row.target for row in rows} == {"onnxruntime"}
    assert len(rows) == 4
    for row in rows:
        assert row.max_abs is not None
        assert row.allowed is not None
        assert row.max_abs <= row.allowed
        assert row.capture is not None
        assert row.capture.is_file()


def test_check_captures_prints_what_the_command_prints(tmp_path: Path) -> None:
    build = small_build(tmp_path)
    build.captured()
    wrong_capture(build)
    done = check_captures(build.captures, build=build.root)
    said = build.check(build.captures)
    assert (done.exit_code, said.exit_code) == (1, 1)
    assert str(done) + "\n" == said.stdout
    assert done.report is None


def test_a_row_that_fails_has_the_step_the_figures_and_the_sentence(tmp_path: Path) -> None:
    build = small_build(tmp_path)
    path = wrong_capture(build)
    done = check_captures(path, build=build.root, report=tmp_path / "mine")
    [row] = done.failed
    assert (row.status, row.stage, row.on_par) == (Status.VALUE, "run", False)
    assert row.max_abs == pytest.approx(0.5, abs=1e-6)
    assert "worst at [0, 1, 2, 3]" in row.sentence
    assert row.capture == path
    assert not done.on_par
    assert done.answer.startswith("Not on par: 1 of 1 row failed")
    assert {one.name for one in (tmp_path / "mine").iterdir()} == {
        "report.html",
        "junit.xml",
        "run.json",
    }
    assert done.report == tmp_path / "mine" / "report.html"


def test_an_unjudged_run_is_not_on_par(tmp_path: Path) -> None:
    build = small_build(tmp_path)
    build.captured()
    build.golden.unlink()
    done = check_captures(build.captures, build=build.root)
    assert [row.status for row in done.rows] == [Status.UNJUDGED]
    assert (done.on_par, done.exit_code, done.failed) == (False, 3, ())
    assert done.unjudged == done.rows


def test_nothing_to_judge_is_not_on_par(tmp_path: Path) -> None:
    build = small_build(tmp_path)
    build.captures.mkdir()
    done = check_captures(build.captures, build=build.root)
    assert not done.on_par
    assert done.exit_code != 0


def test_a_required_row_that_is_absent_fails(tmp_path: Path) -> None:
    build = small_build(tmp_path)
    build.captured()
    assert check_captures(build.captures, build=build.root).on_par
    done = check_captures(
        build.captures, build=build.root, require="torchscript:torchscript-fp32-tensor:dog"
    )
    assert (done.on_par, done.exit_code) == (False, 1)


def test_words_of_a_capture_are_shown_as_text_in_a_notebook(tmp_path: Path) -> None:
    build = small_build(tmp_path)
    build.captured("evil", capture(case="<img src=x onerror=alert(1)>"))
    done = check_captures(build.captures, build=build.root)
    html = done._repr_html_()
    assert "<img" not in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html
    assert "Not on par: 1 of 1 row failed" in html


def test_check_artifact_runs_the_file_as_it_is_and_judges_it(
    python_build: Path, tmp_path: Path
) -> None:
    build = linked(python_build, tmp_path / "build")
    path = artifact_of(build)
    done = check_artifact(path, targets="onnxruntime")
    assert done.on_par, str(done)
    assert [row.target for row in done.rows if row.on_par] == ["onnxruntime"] * 4
    assert done.report == build / "reports" / path.name / "report.html"
    assert not (build / "artifacts" / path.name.replace(".onnx", ".pt")).exists()


def test_an_artifact_that_was_changed_after_its_export_is_refused(
    python_build: Path, tmp_path: Path
) -> None:
    build = linked(python_build, tmp_path / "build", "captures")
    path = artifact_of(build)
    content = path.read_bytes()
    path.unlink()  # It is a link to the shared one.
    path.write_bytes(content + b"\0")
    with pytest.raises(OnparError, match="was changed after its export"):
        check_artifact(path)


def test_an_artifact_without_goldens_is_unjudged(python_build: Path, tmp_path: Path) -> None:
    build = linked(python_build, tmp_path / "build")
    for golden in (build / "goldens").rglob("*.safetensors"):
        golden.unlink()
    done = check_artifact(artifact_of(build), targets="onnxruntime")
    assert (done.on_par, done.exit_code) == (False, 3)


WRONG: dict[str, tuple[Any, str]] = {
    "recipe": (lambda: run_parity("deeplabv3_resnet5"), "unknown recipe 'deeplabv3_resnet5'; kn"),
    "recipe file": (lambda: run_parity("absent.py"), "onpar recipes --init absent.py"),
    "format": (lambda: run_parity(RECIPE, formats="onxx"), "onxx"),
    "target": (lambda: run_parity(RECIPE, targets="iphone"), "iphone"),
    "weights": (lambda: run_parity(RECIPE, weights="absent.pth"), "absent.pth"),
    "captures": (lambda: check_captures("absent"), "absent: no such capture file"),
    "require": (lambda: check_captures(require="dog"), "expected TARGET:VARIANT:CASE"),
    "artifact": (lambda: check_artifact("absent.onnx"), "absent.onnx: no such artifact"),
    "device": (lambda: run_parity(RECIPE, build="/dev/null"), "/dev/null"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_the_caller_can_fix_is_an_onpar_error(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    call, said = WRONG[kind]
    with pytest.raises(OnparError) as raised:
        call()
    assert said in str(raised.value)


def test_results_keep_what_was_judged(tmp_path: Path) -> None:
    build = small_build(tmp_path)
    build.captured()
    done = check_captures(build.captures, build=build.root)
    assert isinstance(done, RunResult)
    with pytest.raises(AttributeError):
        done.note = "changed"  # type: ignore[misc]
    assert replace(done, errors=("export onnx: failed",)).exit_code == 1
    assert not replace(done, errors=("export onnx: failed",)).on_par


def test_the_repr_is_short_and_begins_with_the_answer(tmp_path: Path) -> None:
    build = small_build(tmp_path)
    build.captured()
    done = check_captures(build.captures, build=build.root)
    assert repr(done) == "<RunResult: On par: 1 row passes. exit_code=0, report=None>"
    failed = replace(done, errors=("export onnx: \x1b[2J" + "x" * 999,), report=tmp_path)
    assert repr(failed).startswith("<RunResult: On par: 1 row passes. Failed: export onnx: \ufffd")
    assert repr(failed).endswith(f"x… exit_code=1, report={tmp_path}>")
    assert len(repr(failed)) < 300 + len(str(tmp_path))


def test_check_captures_imports_no_torch_where_no_reference_must_run(tmp_path: Path) -> None:
    build = small_build(tmp_path)
    build.captured()
    code = (
        "import sys, onpar; done = onpar.check_captures(sys.argv[1], build=sys.argv[2]); "
        "print(done.on_par, 'torch' in sys.modules)"
    )
    done = python("-c", code, build.captures, build.root, cwd=ROOT)
    assert done.stdout == "True False\n", done.stderr


def test_a_capture_of_its_own_input_is_judged_by_a_reference_that_runs(
    python_build: Path, tmp_path: Path
) -> None:
    """The reference runs in a process, and the caller still imports no torch."""
    build = linked(python_build, tmp_path / "build", "captures")
    [path] = build.glob("captures/onnxruntime/*/coffee.safetensors")
    one = read_capture(path)
    moved = {**one.tensors, "place": one.tensors["place"] + np.float32(1)}
    path.unlink()
    write_capture(path, replace(one, tensors=moved))
    code = (
        "import sys, onpar; done = onpar.check_captures(sys.argv[1], build=sys.argv[2]); "
        "print(done.rows[0].status, done.rows[0].stage, 'torch' in sys.modules)"
    )
    done = python("-c", code, path, build, cwd=ROOT)
    assert done.stdout == "VALUE given False\n", done.stderr
    assert any((build / "references").iterdir())


def test_a_limit_of_what_the_model_does_not_show_is_refused_and_never_taken_for_a_check(
    python_build: Path,
) -> None:
    said = "photo_and_text: shows neither a class map nor a mask, so there is nothing to limit; "
    done = check_captures(build=python_build, max_drop=5)
    assert done.exit_code == 2
    assert [problem.startswith(f"--max-drop: {said}") for problem in done.run.problems] == [True]
    with pytest.raises(OnparError, match=f"^max_drop: {said}leave it out"):
        check_artifact(artifact_of(python_build), max_drop=5)
    assert check_captures(build=python_build).on_par
