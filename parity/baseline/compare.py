"""Compares a run with an earlier one, its baseline."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from onpar.parity.baseline.comparison import Change, Comparison, Condition, Kind, Side
from onpar.parity.baseline.drift import figures, moves
from onpar.parity.contract.capture import CaptureInfo
from onpar.parity.contract.spec import Artifact
from onpar.parity.judge.run import TOLERATED_STATUSES, Row, Run
from onpar.parity.judge.status import PRECEDENCE, Status
from onpar.parity.judge.verdict import Verdict

UNKNOWN = "unknown"
"""The recipe of a capture that could not be read."""


class BaselineError(ValueError):
    """A run with which another cannot be compared; the message says why."""


@dataclass(frozen=True)
class _Key:
    """What identifies a row. A build can hold a recipe at several sizes."""

    recipe: str
    size: str
    row: Row


def compare(run: Run, baseline: Run) -> Comparison:
    """Compare two runs. Raises BaselineError if they have no recipe or no size in common."""
    _check_comparable(run, baseline)
    both = (*run.verdicts, *baseline.verdicts)
    now, before = _rows(run.verdicts, both), _rows(baseline.verdicts, both)
    changes = [_change(key.row, before.get(key), now.get(key)) for key in now | before]
    order = list(Kind)
    return Comparison(
        created_at=baseline.created_at,
        changes=tuple(sorted(changes, key=lambda change: order.index(change.kind))),
        conditions=tuple(_conditions(run, baseline)),
    )


def _check_comparable(run: Run, baseline: Run) -> None:
    if not baseline.verdicts:
        raise BaselineError("it has no row, so there is nothing to compare with")
    names: tuple[tuple[str, Callable[[Verdict], str]], ...]
    names = (("recipe", lambda v: v.recipe if v.recipe != UNKNOWN else ""), ("size", _size))
    for name, of in names:
        ours = {of(v) for v in run.verdicts} - {""}
        theirs = {of(v) for v in baseline.verdicts} - {""}
        if ours and theirs and not ours & theirs:
            raise BaselineError(
                f"it is of {name} {', '.join(sorted(theirs))}, the run of "
                f"{', '.join(sorted(ours))}: they have no row in common; give a run of the same "
                f"{name}"
            )


def _rows(verdicts: Iterable[Verdict], both: Iterable[Verdict]) -> dict[_Key, Verdict]:
    """The rows by their identity; of several captures of a row, the one that fails first."""
    sizes: dict[str, set[str]] = {}
    for v in both:
        if _size(v):
            sizes.setdefault(v.recipe, set()).add(_size(v))
    rows: dict[_Key, Verdict] = {}
    for v in verdicts:
        # A row that was not run has no artifact: its size is the recipe's, if that has only one.
        known = sizes.get(v.recipe, set())
        size = _size(v) or (next(iter(known)) if len(known) == 1 else "")
        key = _Key(v.recipe, size, Row(v.target, v.variant, v.case))
        if key not in rows or PRECEDENCE[v.status] < PRECEDENCE[rows[key].status]:
            rows[key] = v
    return rows


def _size(verdict: Verdict) -> str:
    options = verdict.artifact and verdict.artifact.options
    return options.size.replace("x", "×") if options else ""


def _change(row: Row, before: Verdict | None, now: Verdict | None) -> Change:
    if before is None or now is None:
        kind = Kind.NEW if before is None else Kind.GONE
        return Change(row, kind, _side(before) if before else None, _side(now) if now else None)
    kind = _by_status(before, now)
    moved = tuple(moves(figures(before), figures(now))) if kind is Kind.SAME else ()
    if moved:
        kind = Kind.WORSE if any(move.worse for move in moved) else Kind.BETTER
    return Change(row, kind, _side(before), _side(now), moved)


def _by_status(before: Verdict, now: Verdict) -> Kind:
    if now.status is before.status:
        same = _stage(before) == _stage(now)
        return Kind.SAME if same else Kind.CHANGED
    if Status.PASS in (before.status, now.status):
        return Kind.BETTER if now.status is Status.PASS else Kind.WORSE
    fails_only_now = before.status in TOLERATED_STATUSES and now.status not in TOLERATED_STATUSES
    return Kind.WORSE if fails_only_now else Kind.CHANGED


def _side(v: Verdict) -> Side:
    return Side(v.status, _stage(v), v.sentence, figures(v))


def _stage(verdict: Verdict) -> str:
    return verdict.blame.stage if verdict.blame else ""


def _conditions(run: Run, baseline: Run) -> Iterator[Condition]:
    """What differs between the runs; additions that come with new rows are left out."""
    if run.onpar != baseline.onpar:
        yield Condition("onpar", baseline.onpar, run.onpar)
    for name, of in CONDITIONS.items():
        theirs, ours = (
            {of(v.info, v.artifact) for v in r.verdicts if v.info and v.artifact}
            for r in (baseline, run)
        )
        if theirs - ours and ours - theirs:
            yield Condition(
                name, ", ".join(sorted(theirs - ours)), ", ".join(sorted(ours - theirs))
            )


CONDITIONS: dict[str, Callable[[CaptureInfo, Artifact], str]] = {
    "weights": lambda info, artifact: f"{artifact.weights} ({artifact.weights_sha256[:8]})",
    "runtime": lambda info, artifact: f"{info.runtime} {info.runtime_version}",
    "device": lambda info, artifact: info.device,
    "threads": lambda info, artifact: str(info.threads),
}
"""The properties of a capture, or of its artifact, that can explain a change."""
