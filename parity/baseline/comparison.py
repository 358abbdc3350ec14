"""How each row of a run changed since an earlier run, its baseline."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from onpar.parity.baseline.drift import Figures, Move
from onpar.parity.judge.run import Row
from onpar.parity.judge.status import Status


class Kind(StrEnum):
    """How a row changed, by its status, or by its figures if the status is the same.

    WORSE    it was on par and is not, it fails and did not, or a figure is worse
    GONE     it is not in the run any more
    BETTER   it is on par and was not, or a figure is better and none is worse
    CHANGED  it is not on par, as before, but for another reason
    NEW      it is not in the baseline
    SAME     the same status, and figures that differ by no more than noise
    """

    WORSE = "WORSE"
    GONE = "GONE"
    BETTER = "BETTER"
    CHANGED = "CHANGED"
    NEW = "NEW"
    SAME = "SAME"


WORDS = {
    Kind.WORSE: "worse",
    Kind.GONE: "gone",
    Kind.BETTER: "better",
    Kind.CHANGED: "not on par for another reason",
    Kind.NEW: "new",
    Kind.SAME: "as before",
}


@dataclass(frozen=True)
class Side:
    """A row in one of the runs; `stage` is the wrong one, empty if the row is on par."""

    status: Status
    stage: str
    sentence: str
    figures: Figures


@dataclass(frozen=True)
class Change:
    """A row in both runs; None for a run that does not have it."""

    row: Row
    kind: Kind
    before: Side | None
    now: Side | None
    moves: tuple[Move, ...] = ()

    @property
    def lost(self) -> bool:
        """The row was on par, and is no longer on par or is gone."""
        on_par = self.before is not None and self.before.status is Status.PASS
        return on_par and (self.now is None or self.now.status is not Status.PASS)


@dataclass(frozen=True)
class Condition:
    """Something else that differs between the runs, such as the device they ran on."""

    name: str
    before: str
    now: str


@dataclass(frozen=True)
class Comparison:
    """A run against the baseline of `created_at`: its changes, in the order of `Kind`."""

    created_at: str
    changes: tuple[Change, ...]
    conditions: tuple[Condition, ...]

    @property
    def lost(self) -> tuple[Change, ...]:
        """Rows that were on par, and are no longer on par or are gone."""
        return tuple(change for change in self.changes if change.lost)

    @property
    def counts(self) -> str:
        """The number of rows of each kind of change, as text."""
        found = [(sum(c.kind is kind for c in self.changes), WORDS[kind]) for kind in Kind]
        return ", ".join(f"{number} {words}" for number, words in found if number)

    @property
    def answer(self) -> str:
        """How the rows that were on par changed, in one sentence."""
        if not self.lost:
            return "No row that was on par is lost."
        rows = "1 row" if len(self.lost) == 1 else f"{len(self.lost)} rows"
        first = self.lost[0].row
        return (
            f"Lost since the baseline: {rows} on par, the first of them {first.target} "
            f"{first.variant} on {first.case}."
        )
