"""When a run passes: a row on par, every required row on par, and no other row bad."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from onpar.parity.judge.conclusion import Conclusion
from onpar.parity.judge.run import Row, Run, RunError, TargetState, read_run, write_run
from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import StageVerdict, Verdict

BAD = [s for s in Status if s not in (Status.PASS, Status.NOT_RUN, Status.UNJUDGED)]
DOG = Row("onnxruntime", "onnx-fp32-tensor", "dog")
CAT = Row("onnxruntime", "onnx-fp32-tensor", "cat")
BIRD = Row("torchscript", "torchscript-fp32-tensor", "bird")


def verdict(row: Row, status: Status) -> Verdict:
    stages = (StageVerdict("run", status, f"it is {status}"),)
    return Verdict("sample", row.target, row.variant, row.case, stages)


def run(rows: dict[Row, Status], *required: Row) -> Run:
    verdicts = tuple(verdict(row, status) for row, status in rows.items())
    targets = (TargetState("onnxruntime", True, ""), TargetState("ios-device", False, "a Mac"))
    return Run("0.1.0", "2026-01-02T03:04:05+00:00", verdicts, targets, required)


def test_one_row_on_par_passes() -> None:
    judged = run({DOG: Status.PASS}, DOG)
    assert (judged.passed, judged.conclusion) == (True, Conclusion.ON_PAR)
    assert judged.answer == "On par: 1 row passes."


def test_a_comparison_of_nothing_is_a_failure() -> None:
    judged = run({})
    assert (judged.passed, judged.conclusion) == (False, Conclusion.FAILED)
    assert judged.answer.startswith("Nothing was compared, and that is a failure")


def test_unjudged_rows_alone_are_not_on_par_and_the_answer_names_their_artifacts() -> None:
    judged = run({DOG: Status.UNJUDGED, CAT: Status.UNJUDGED})
    assert (judged.passed, judged.conclusion) == (False, Conclusion.OPEN)
    assert judged.answer == "Nothing was judged, 2 rows are UNJUDGED (onnx-fp32-tensor)."


def test_rows_that_did_not_run_alone_are_not_on_par() -> None:
    judged = run({DOG: Status.NOT_RUN, CAT: Status.NOT_RUN})
    assert judged.conclusion is Conclusion.OPEN
    assert judged.answer == "Nothing was judged, 2 did not run here."


def test_an_unjudged_row_keeps_a_run_from_being_on_par_and_does_not_fail_it() -> None:
    judged = run({DOG: Status.PASS, BIRD: Status.UNJUDGED, CAT: Status.NOT_RUN}, DOG)
    assert (judged.passed, judged.conclusion) == (False, Conclusion.OPEN)
    assert judged.failed == ()
    assert judged.answer == (
        "Not all was judged: 1 row is on par, 1 row is UNJUDGED (torchscript-fp32-tensor), "
        "1 did not run here."
    )


def test_the_answer_counts_the_artifacts_that_it_does_not_name() -> None:
    rows = {replace(DOG, variant=f"onnx-int8-{n}"): Status.UNJUDGED for n in range(5)}
    assert "(onnx-int8-0, onnx-int8-1, onnx-int8-2 and 2 more)" in run(rows).answer


def test_a_row_that_cannot_run_here_and_that_nobody_required_may_be_not_run() -> None:
    judged = run({DOG: Status.PASS, BIRD: Status.NOT_RUN}, DOG)
    assert judged.conclusion is Conclusion.ON_PAR
    assert judged.answer == "On par: 1 row passes, 1 did not run here."


@pytest.mark.parametrize("status", [Status.NOT_RUN, Status.UNJUDGED])
def test_a_required_row_may_not_be_not_run_or_unjudged(status: Status) -> None:
    judged = run({DOG: Status.PASS, BIRD: status}, DOG, BIRD)
    assert judged.conclusion is Conclusion.FAILED
    assert judged.failed == (judged.verdicts[1],)


def test_an_expected_row_may_be_unjudged_but_not_left_out() -> None:
    rows = {DOG: Status.PASS, BIRD: Status.UNJUDGED}
    assert replace(run(rows), expected=(DOG, BIRD)).conclusion is Conclusion.OPEN
    assert replace(run(rows), expected=(DOG, CAT)).absent == (CAT,)
    failed = replace(run({**rows, BIRD: Status.NOT_RUN}), expected=(BIRD,))
    assert (failed.conclusion, failed.failed) == (Conclusion.FAILED, failed.verdicts[1:])


@pytest.mark.parametrize("status", BAD)
def test_every_other_status_fails_whether_required_or_not(status: Status) -> None:
    for required in ((), (DOG,), (DOG, BIRD)):
        judged = run({DOG: Status.PASS, BIRD: status}, *required)
        assert judged.conclusion is Conclusion.FAILED
        assert judged.answer == (
            f"Not on par: 1 of 2 rows failed, the first of them torchscript on bird ({status})."
        )


@pytest.mark.parametrize("status", [Status.PASS, Status.UNJUDGED, Status.VALUE])
def test_an_input_that_could_not_be_judged_is_said_first_and_the_rows_still(status: Status) -> None:
    rows = run({DOG: status})
    judged = replace(rows, problems=("a.json: not UTF-8; export again", "b: a FIFO"))
    assert (judged.passed, judged.conclusion) == (False, Conclusion.INVALID)
    assert judged.answer == (
        "2 inputs could not be judged, the first of them: a.json: not UTF-8; export again. "
        + rows.answer
    )


def test_a_required_row_that_nothing_was_captured_for_fails() -> None:
    judged = run({DOG: Status.PASS}, DOG, CAT)
    assert judged.absent == (CAT,)
    assert judged.conclusion is Conclusion.FAILED
    assert judged.answer == (
        "Not shown to be on par: 1 required row not captured, the first of them "
        "onnxruntime onnx-fp32-tensor on cat."
    )


def test_a_required_row_is_not_met_by_another_case_target_or_variant() -> None:
    for other in (
        CAT,
        replace(DOG, target="torchscript"),
        replace(DOG, variant="onnx-int8-tensor"),
    ):
        assert run({other: Status.PASS}, DOG).conclusion is Conclusion.FAILED


def test_one_of_two_captures_of_one_row_failing_fails() -> None:
    twice = replace(run({}, DOG), verdicts=(verdict(DOG, Status.PASS), verdict(DOG, Status.VALUE)))
    assert twice.conclusion is Conclusion.FAILED


def test_coverage_counts_the_targets_that_were_judged() -> None:
    assert run({DOG: Status.PASS}).coverage == "1 of 2 targets judged"


def test_a_run_is_read_as_it_was_written(tmp_path: Path) -> None:
    judged = run({DOG: Status.PASS, CAT: Status.VALUE}, DOG, BIRD)
    write_run(tmp_path / "run.json", judged)
    assert read_run(tmp_path / "run.json") == judged


NESTED = '{"more":' + "[" * 100_000


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"verdicts": 3}', "\x00", NESTED], ids=len)
def test_what_is_no_run_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "run.json"
    path.write_text(content)
    with pytest.raises(RunError, match="keep one with `onpar check --write-json`"):
        read_run(path)


def test_a_run_of_another_version_says_update_onpar(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    write_run(path, replace(run({DOG: Status.PASS}), format="onpar-run/3"))
    with pytest.raises(RunError, match=r"is 'onpar-run/3', this onpar reads 'onpar-run/4'"):
        read_run(path)
