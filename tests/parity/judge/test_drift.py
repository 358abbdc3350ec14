"""A figure is worse where it moved by more than it does between machines, and latency never is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from report_maker import Maker

from onpar.parity.baseline.compare import compare
from onpar.parity.baseline.comparison import Comparison, Kind
from onpar.parity.judge.run import Run
from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import Verdict


@pytest.fixture(scope="module")
def maker(tmp_path_factory: pytest.TempPathFactory) -> Maker:
    return Maker(tmp_path_factory.mktemp("rows"))


@pytest.fixture(scope="module")
def honest(maker: Maker) -> Verdict:
    """A row on par."""
    return maker.row("onnxruntime", maker.artifact("onnx"), "coffee")


def run(*verdicts: Verdict) -> Run:
    return Run("0.1.0", "2026-01-02T03:04:05+00:00", verdicts, (), ())


def kinds(comparison: Comparison) -> list[Kind]:
    return [change.kind for change in comparison.changes]


def shifted(maker: Maker, by: float, precision: str = "fp32") -> Verdict:
    """The honest row with a score that is off by a share of what the largest error may be."""
    artifact = maker.artifact("onnx", precision)
    fp32 = maker.row("onnxruntime", maker.artifact("onnx"), "coffee")
    [allowed] = [s.tolerance for s in fp32.stages if s.stage == "run"]
    assert allowed is not None

    def off(tensors: dict[str, np.ndarray]) -> None:
        exact = maker.model(tensors["image"], np.float64)
        tensors["out"][0, 0, 0, 0] = exact[0, 0, 0, 0] + by * allowed.max_abs

    return maker.row("onnxruntime", artifact, "coffee", off)


@pytest.mark.parametrize(("by", "kind"), [(0.08, Kind.SAME), (0.35, Kind.WORSE)])
def test_an_error_that_grows_within_its_limit_is_worse_beyond_noise_but_no_loss(
    maker: Maker, by: float, kind: Kind
) -> None:
    before, now = shifted(maker, 0.03), shifted(maker, by)
    assert (before.status, now.status) == (Status.PASS, Status.PASS)
    found = compare(run(now), run(before))
    assert kinds(found) == [kind] and not found.lost
    if kind is Kind.WORSE:
        assert kinds(compare(run(before), run(now))) == [Kind.BETTER]
        move = next(move for move in found.changes[0].moves if move.figure == "used")
        assert (move.before, move.now) == pytest.approx((0.03, 0.35), abs=0.03)


def test_a_row_far_beyond_its_limit_is_as_before_where_it_is_about_as_far_off(
    maker: Maker,
) -> None:
    before, near, far = (shifted(maker, by) for by in (1000.0, 1050.0, 1500.0))
    assert before.status is Status.VALUE
    assert kinds(compare(run(near), run(before))) == [Kind.SAME]
    assert kinds(compare(run(far), run(before))) == [Kind.WORSE]


def test_a_row_that_nobody_can_judge_is_worse_by_its_snr(maker: Maker) -> None:
    before, now = shifted(maker, 10.0, "int8"), shifted(maker, 1000.0, "int8")
    assert (before.status, now.status) == (Status.UNJUDGED, Status.UNJUDGED)
    found = compare(run(now), run(before))
    assert kinds(found) == [Kind.WORSE] and not found.lost
    assert [move.figure for move in found.changes[0].moves] == ["snr_db"]


@pytest.mark.parametrize(("share", "kind"), [(0.985, Kind.SAME), (0.97, Kind.WORSE)])
def test_a_class_map_that_agrees_less_is_worse(honest: Verdict, share: float, kind: Kind) -> None:
    last = honest.stages[-1]
    assert last.stage == "seen" and last.seen is not None and last.seen.figure == 1
    less = replace(last, seen=replace(last.seen, figure=share))
    found = compare(run(replace(honest, stages=(*honest.stages[:-1], less))), run(honest))
    assert kinds(found) == [kind]


def test_latency_never_makes_a_row_better_or_worse(honest: Verdict) -> None:
    assert honest.info is not None
    slow = replace(honest, info=replace(honest.info, infer_ms=(900.0, 950.0)))
    for pair in ((slow, honest), (honest, slow)):
        found = compare(*map(run, pair))
        assert kinds(found) == [Kind.SAME]
    change = compare(run(slow), run(honest)).changes[0]
    assert change.before and change.now
    assert (change.before.figures.latency_ms, change.now.figures.latency_ms) == (41.2, 925.0)
