"""A row: its status, the stage to blame, and the answer in one sentence."""

from __future__ import annotations

import pytest

from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import STAGES, StageVerdict, Verdict


def row(*stages: StageVerdict) -> Verdict:
    return Verdict("sample", "onnxruntime", "onnx-fp32-tensor", "dog", stages)


def test_the_first_stage_of_the_way_is_blamed_whatever_the_order_of_the_verdicts() -> None:
    late, early = (StageVerdict(s, Status.VALUE, s) for s in ("run", "resize-image"))
    passed = StageVerdict("decode-image", Status.PASS, "")
    for stages in ((late, early, passed), (passed, early, late)):
        assert row(*stages).blame is early
        assert row(*stages).sentence == "resize-image"


def test_an_earlier_stage_with_a_milder_status_is_not_blamed() -> None:
    mild = StageVerdict("decode-image", Status.UNJUDGED, "mild")
    bad = StageVerdict("run", Status.SHAPE, "bad")
    assert (row(mild, bad).status, row(mild, bad).blame) == (Status.SHAPE, bad)


def test_a_row_without_a_stage_is_unjudged() -> None:
    assert row().status is Status.UNJUDGED


def test_a_row_on_par_blames_nobody() -> None:
    passed = row(*(StageVerdict(stage, Status.PASS, "") for stage in STAGES))
    assert passed.blame is None
    assert passed.sentence.startswith("On par.")


@pytest.mark.parametrize("status", [s for s in Status if s is not Status.PASS])
def test_every_status_but_pass_is_blamed_on_a_stage(status: Status) -> None:
    assert row(StageVerdict("golden", status, "why")).blame is not None
