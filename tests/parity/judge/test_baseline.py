"""What became of a row since a baseline, and when that is a loss."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from report_maker import Maker

from onpar.parity.baseline.compare import BaselineError, compare
from onpar.parity.baseline.comparison import Comparison, Kind
from onpar.parity.contract.spec import RecipeOptions
from onpar.parity.judge.run import Run, read_run, write_run
from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import StageVerdict, Verdict

FAILING = [s for s in Status if s not in (Status.PASS, Status.NOT_RUN, Status.UNJUDGED)]


@pytest.fixture(scope="module")
def maker(tmp_path_factory: pytest.TempPathFactory) -> Maker:
    return Maker(tmp_path_factory.mktemp("rows"))


@pytest.fixture(scope="module")
def honest(maker: Maker) -> Verdict:
    """A row on par."""
    return maker.row("onnxruntime", maker.artifact("onnx"), "coffee")


def run(*verdicts: Verdict, **changed: Any) -> Run:
    return replace(Run("0.1.0", "2026-01-02T03:04:05+00:00", verdicts, (), ()), **changed)


def with_status(verdict: Verdict, status: Status, stage: str = "run") -> Verdict:
    return replace(verdict, stages=(StageVerdict(stage, status, f"it is {status}"),))


def kinds(comparison: Comparison) -> list[Kind]:
    return [change.kind for change in comparison.changes]


def test_a_run_against_itself_has_every_row_as_before(honest: Verdict) -> None:
    same = compare(run(honest), run(honest))
    assert kinds(same) == [Kind.SAME] and not same.lost and same.conditions == ()


@pytest.mark.parametrize("status", [*FAILING, Status.NOT_RUN, Status.UNJUDGED])
def test_a_row_that_is_not_on_par_any_more_is_worse_and_lost(
    honest: Verdict, status: Status
) -> None:
    worse = compare(run(with_status(honest, status)), run(honest))
    assert kinds(worse) == [Kind.WORSE] and len(worse.lost) == 1 and worse.lost
    better = compare(run(honest), run(with_status(honest, status)))
    assert kinds(better) == [Kind.BETTER] and not better.lost


@pytest.mark.parametrize("status", FAILING)
@pytest.mark.parametrize("calm", [Status.NOT_RUN, Status.UNJUDGED])
def test_a_row_that_begins_to_fail_is_worse_and_one_that_is_only_not_judged_now_is_not_better(
    honest: Verdict, status: Status, calm: Status
) -> None:
    failing, open_row = with_status(honest, status), with_status(honest, calm)
    assert kinds(compare(run(failing), run(open_row))) == [Kind.WORSE]
    assert kinds(compare(run(open_row), run(failing))) == [Kind.CHANGED]
    assert not compare(run(failing), run(open_row)).lost


def test_a_row_that_fails_elsewhere_has_changed(honest: Verdict) -> None:
    before, now = (with_status(honest, Status.VALUE, stage) for stage in ("resize-image", "run"))
    assert kinds(compare(run(now), run(before))) == [Kind.CHANGED]


def test_a_row_that_is_gone_is_lost_where_it_was_on_par(honest: Verdict) -> None:
    other = replace(honest, case="chelsea")
    gone = compare(run(honest), run(honest, other))
    assert kinds(gone) == [Kind.GONE, Kind.SAME] and gone.lost
    calm = compare(run(honest), run(honest, with_status(other, Status.UNJUDGED)))
    assert kinds(calm) == [Kind.GONE, Kind.SAME] and not calm.lost


def test_a_new_row_is_new_and_no_loss(honest: Verdict) -> None:
    new = compare(run(honest, replace(honest, target="torchscript")), run(honest))
    assert kinds(new) == [Kind.NEW, Kind.SAME] and not new.lost


def test_what_changed_comes_first_and_the_worst_of_it_before_the_rest(honest: Verdict) -> None:
    def rows(**statuses: str) -> Run:
        return run(*(replace(with_status(honest, Status[s]), case=c) for c, s in statuses.items()))

    before = rows(same="PASS", better="VALUE", gone="PASS", changed="SHAPE", worse="PASS")
    now = rows(new="VALUE", same="PASS", better="PASS", changed="VALUE", worse="VALUE")
    found = compare(now, before)
    assert kinds(found) == list(Kind)
    assert [change.row.case for change in found.changes] == [kind.lower() for kind in Kind]


def test_of_several_captures_of_a_row_the_one_that_fails_counts(honest: Verdict) -> None:
    twice = run(honest, with_status(honest, Status.VALUE))
    assert compare(twice, run(honest)).lost


def test_a_row_that_was_not_run_is_the_same_row_as_the_one_that_was(honest: Verdict) -> None:
    not_run = replace(with_status(honest, Status.NOT_RUN), artifact=None, info=None)
    assert kinds(compare(run(not_run), run(honest))) == [Kind.WORSE]


def sized(verdict: Verdict, height: int, width: int) -> Verdict:
    assert verdict.artifact is not None
    options = RecipeOptions("linear", height, width)
    return replace(verdict, artifact=replace(verdict.artifact, options=options))


def test_a_recipe_at_two_sizes_has_two_rows(honest: Verdict) -> None:
    both = run(sized(honest, 48, 64), sized(honest, 96, 128))
    assert kinds(compare(both, both)) == [Kind.SAME, Kind.SAME]


def test_a_baseline_of_another_recipe_or_size_is_refused(honest: Verdict) -> None:
    with pytest.raises(BaselineError, match=r"recipe other, the run of linear: .* same recipe"):
        compare(run(honest), run(replace(honest, recipe="other")))
    with pytest.raises(BaselineError, match="size 96×128, the run of 48×64"):
        compare(run(honest), run(sized(honest, 96, 128)))
    with pytest.raises(BaselineError, match="no row"):
        compare(run(honest), run())


def test_a_run_of_nothing_has_lost_what_was_on_par(honest: Verdict) -> None:
    assert compare(run(), run(honest)).lost


def test_what_else_differs_between_the_runs_is_said(honest: Verdict) -> None:
    assert honest.info is not None and honest.artifact is not None
    info = replace(honest.info, device="a phone", runtime_version="1.32.0")
    artifact = replace(honest.artifact, weights="trained.pth", weights_sha256="f" * 64)
    other = replace(honest, info=info, artifact=artifact)
    found = compare(run(other), run(honest, onpar="0.0.9"))
    assert {(c.name, c.before, c.now) for c in found.conditions} == {
        ("onpar", "0.0.9", "0.1.0"),
        ("weights", "seeded:0 (01234567)", "trained.pth (ffffffff)"),
        ("runtime", "onnxruntime 1.31.1", "onnxruntime 1.32.0"),
        ("device", "Intel Xeon Platinum 8581C", "a phone"),
    }


def test_what_comes_with_new_rows_is_no_other_condition(honest: Verdict) -> None:
    assert honest.info is not None
    new = replace(honest, target="torchscript", info=replace(honest.info, runtime="libtorch"))
    assert compare(run(honest, new), run(honest)).conditions == ()


def test_a_kept_run_compares_as_the_one_in_memory(maker: Maker, honest: Verdict) -> None:
    path = maker.folder / "run.json"
    write_run(path, run(honest))
    assert kinds(compare(run(honest), read_run(path))) == [Kind.SAME]
