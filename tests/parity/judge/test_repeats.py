"""Whether runs repeat is judged once for a file in a place, and every different output is shown."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from samples import artifact, info

from onpar.parity.contract.capture import Capture, CaptureInfo, digest
from onpar.parity.contract.golden import Gates, Golden
from onpar.parity.contract.tensor_spec import TensorSpec
from onpar.parity.contract.tolerance import Floor, Floors
from onpar.parity.judge.repeats import UNTESTED_DETAIL, judge_runs, repeated_elsewhere
from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import StageVerdict, Verdict

ONE_RUN = StageVerdict("repeat", Status.UNJUDGED, UNTESTED_DETAIL)
THREE_RUNS = StageVerdict("repeat", Status.PASS, "3 runs, equal to the bit")


def verdict(case: str, runs: StageVerdict, **changed: object) -> Verdict:
    count = 1 if runs is ONE_RUN else 3
    of = replace(info(case=case, output_sha256=("aa",) * count), **changed)  # type: ignore[arg-type]
    stages = (StageVerdict("run", Status.PASS, "equal"), runs)
    return Verdict("sample", of.target, "onnx-fp32-tensor", case, stages, info=of)


def statuses(*verdicts: Verdict) -> list[Status]:
    return [one.status for one in repeated_elsewhere(verdicts)]


def test_a_single_run_passes_where_another_case_of_the_file_repeats() -> None:
    both = verdict("dog", THREE_RUNS), verdict("cat", ONE_RUN)
    assert statuses(*both) == [Status.PASS, Status.PASS]
    assert "on another case" in repeated_elsewhere(both)[1].stages[1].detail


def test_one_run_of_every_case_is_unjudged_and_says_what_to_do() -> None:
    alone = verdict("dog", ONE_RUN), verdict("cat", ONE_RUN)
    assert statuses(*alone) == [Status.UNJUDGED, Status.UNJUDGED]
    assert "--runs 2" in alone[0].sentence


@pytest.mark.parametrize(
    "other",
    [
        {"artifact_sha256": "another file"},
        {"target": "android-host"},
        {"device": "another phone"},
        {"runtime_version": "2.0"},
        {"compute_unit": "GPU"},
    ],
)
def test_runs_of_another_file_or_in_another_place_prove_nothing(other: dict[str, str]) -> None:
    assert statuses(verdict("dog", THREE_RUNS, **other), verdict("cat", ONE_RUN)) == [
        Status.PASS,
        Status.UNJUDGED,
    ]


def test_runs_that_do_not_repeat_prove_nothing() -> None:
    differ = StageVerdict("repeat", Status.NONDETERMINISTIC, "3 runs differ")
    assert statuses(verdict("dog", differ), verdict("cat", ONE_RUN))[1] is Status.UNJUDGED


ZEROS = np.zeros((1, 2, 3, 4), np.float32)
GOLDEN = Golden(
    Capture(info(target="reference"), {"out": ZEROS}),
    {"out": Floors(None, (Floor(1e-3, 1e-3),))},
    {"out": Gates(1.0, 1.0, 1.0)},
)


def judged(*outputs: float, shown: tuple[float, ...]) -> list[StageVerdict]:
    """Runs that gave these outputs, the last as it is, of which the file shows some as reruns."""
    digests = tuple(digest({"out": ZEROS + np.float32(one)}) for one in outputs)
    tensors = {"out": ZEROS + np.float32(outputs[-1])}
    for rank, one in enumerate(shown, 1):
        tensors[f"rerun.{rank}/out"] = ZEROS + np.float32(one)
    of: CaptureInfo = info(output_sha256=digests, infer_ms=(1.0,) * len(digests))
    return list(judge_runs(Capture(of, tensors), artifact(), GOLDEN, set(tensors)))


def test_outputs_that_differ_by_no_more_than_the_tolerance_pass_when_all_are_shown() -> None:
    found = judged(1e-5, 2e-5, 0, shown=(2e-5, 1e-5))
    assert [one.status for one in found] == [Status.PASS, Status.PASS]


def test_an_output_that_is_not_shown_is_a_fault() -> None:
    found = judged(1e-5, 2e-5, 0, shown=(2e-5,))
    assert [one.status for one in found] == [Status.PASS, Status.NONDETERMINISTIC]
    assert "3 different outputs in 3 runs on one input, and no rerun.2/out" in found[1].detail


@pytest.mark.parametrize("shown", [(2e-5, 2e-5), (2e-5, 0), (3e-5, 1e-5)])
def test_a_rerun_is_of_a_run_that_no_other_tensor_shows(shown: tuple[float, ...]) -> None:
    [found] = judged(1e-5, 2e-5, 0, shown=shown)
    assert found.status is Status.NONDETERMINISTIC and "whose digest differs" in found.detail


@pytest.mark.parametrize("read", [True, False])
def test_digests_that_are_also_of_an_output_too_much_are_not_judged(read: bool) -> None:
    """It is EXTRA: that the runs do not repeat is not said of it."""
    aux = np.zeros(3, np.float32)
    outputs = {"out": ZEROS, "aux": aux}
    unread = {} if read else {"aux": TensorSpec("aux", aux.shape)}
    held = outputs if read else {"out": ZEROS}
    for of, stages in ((outputs, []), ({"out": ZEROS}, [Status.PASS])):
        made = info(output_sha256=(digest(of),) * 2, infer_ms=(1.0,) * 2)
        found = judge_runs(Capture(made, held, unread), artifact(), GOLDEN, {"out"})
        assert [one.status for one in found] == stages


def test_a_single_run_is_unjudged() -> None:
    assert judged(0, shown=()) == [ONE_RUN]
