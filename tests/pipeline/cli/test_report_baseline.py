"""`report --baseline`: what it says, and how it exits."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from calls import refusal
from github_step import obeyed, step

from onpar.parity.judge.run import Row, Run, read_run, write_run

ROW = Row("onnxruntime", "onnx-fp32-tensor", "coffee")
NAME = "onnxruntime onnx-fp32-tensor on coffee"


@pytest.fixture(scope="module")
def judged(wide_build: Path) -> Run:
    """The run of the build, as it was of one format alone."""
    [path] = wide_build.glob("reports/*/run.json")
    run = read_run(path)
    return replace(
        run,
        verdicts=tuple(one for one in run.verdicts if one.variant == ROW.variant),
        expected=tuple(one for one in run.expected if one.variant == ROW.variant),
    )


@pytest.fixture
def files(judged: Run, tmp_path: Path) -> tuple[Path, Path]:
    """A run and its baseline, which are equal."""
    run, baseline = tmp_path / "now" / "run.json", tmp_path / "baseline.json"
    write_run(run, judged)
    write_run(baseline, judged)
    return run, baseline


def test_a_run_that_is_as_its_baseline_exits_with_0(files: tuple[Path, Path]) -> None:
    run, baseline = files
    done = step("report", run, "--baseline", baseline)
    assert done.returncode == 0, done.stderr
    assert "No row that was on par is lost." in done.stdout
    assert done.stdout.splitlines()[-2:] == [
        str(run.parent / "report.html"),
        str(run.parent / "junit.xml"),
    ]
    assert "Since the baseline" in (run.parent / "report.html").read_text()


def test_a_run_that_lost_a_row_exits_with_1_and_says_which(
    files: tuple[Path, Path], judged: Run, tmp_path: Path
) -> None:
    run, baseline = files
    left = [v for v in judged.verdicts if Row(v.target, v.variant, v.case) != ROW]
    write_run(run, replace(judged, verdicts=tuple(left)))
    summary = tmp_path / "summary.md"
    done = step("report", run, "--baseline", baseline, "--github", summary=summary)
    assert done.returncode == 1
    assert f"GONE: {NAME}" in done.stdout
    [error] = obeyed(done.stdout.splitlines())
    assert error.startswith(f"::error title=GONE since the baseline%3A {NAME}")
    assert summary.read_text().startswith("### ✕ Lost since the baseline")
    turned = step("report", baseline, "--baseline", run)
    assert turned.returncode == 0 and f"NEW: {NAME}" in turned.stdout


def test_without_a_baseline_the_exit_code_is_0_whatever_the_run_found(
    files: tuple[Path, Path], judged: Run
) -> None:
    run, _ = files
    write_run(run, replace(judged, verdicts=()))
    assert step("report", run).returncode == 0


def test_the_comparison_is_given_to_programs(files: tuple[Path, Path]) -> None:
    run, baseline = files
    done = json.loads(step("report", run, "--baseline", baseline, "--json").stdout)
    assert done["since"] == {"answer": "No row that was on par is lost.", "lost": 0}
    assert {change["kind"] for change in done["comparison"]["changes"]} == {"SAME"}
    assert Path(done["html"]).exists() and Path(done["junit"]).exists()
    alone = json.loads(step("report", run, "--json").stdout)
    assert alone["comparison"] is None


def test_what_is_no_baseline_is_refused_before_a_report_is_written(
    files: tuple[Path, Path], judged: Run
) -> None:
    run, baseline = files
    write_run(
        baseline, replace(judged, verdicts=tuple(replace(v, recipe="x") for v in judged.verdicts))
    )
    assert "cannot be the baseline of" in refusal("report", run, "--baseline", baseline)
    baseline.write_text("{}")
    assert "not a run that was kept" in refusal("report", run, "--baseline", baseline)
    baseline.unlink()
    assert "No such file" in refusal("report", run, "--baseline", baseline)
    assert "--github needs --baseline" in refusal("report", run, "--github")
    assert not (run.parent / "report.html").exists()
