"""One run of `onpar check`: all its verdicts, what was required, and what that makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec

from parity.atomic import write_text
from parity.status import Status
from parity.verdict import Verdict

RUN_FORMAT = "onpar-run/1"

TOLERATED = (Status.PASS, Status.NOT_RUN, Status.UNJUDGED)
"""The statuses that a row which nobody required may have."""


class RunError(ValueError):
    """A file that is not the result of a run; the message says what to do."""


@dataclass(frozen=True)
class TargetState:
    """A target, whether a capture of it was judged, and what it needs where none was."""

    name: str
    judged: bool
    needs: str


@dataclass(frozen=True)
class Loads:
    """A runtime that an app pins, and the artifacts (their variants) that it is to load, as told
    from the files alone: none of them has run there."""

    target: str
    runtime: str
    variants: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """What somebody requires to be on par: a target, an artifact's variant and a case."""

    target: str
    variant: str
    case: str


@dataclass(frozen=True)
class Run:
    """Everything that a report shows, and that `--json` gives to a program.

    `key` is the hash of everything that was judged, where a pipeline keeps one to reuse the run.
    """

    onpar: str
    created_at: str
    verdicts: tuple[Verdict, ...]
    targets: tuple[TargetState, ...]
    required: tuple[Row, ...]
    loads: tuple[Loads, ...] = ()
    key: str = ""
    format: str = RUN_FORMAT

    @property
    def absent(self) -> tuple[Row, ...]:
        """Required rows that nothing was captured for."""
        there = {Row(v.target, v.variant, v.case) for v in self.verdicts}
        return tuple(row for row in self.required if row not in there)

    @property
    def failed(self) -> tuple[Verdict, ...]:
        """Verdicts that make the run fail, by themselves or because they are required."""
        required = set(self.required)
        return tuple(
            v
            for v in self.verdicts
            if v.status not in TOLERATED
            or (v.status is not Status.PASS and Row(v.target, v.variant, v.case) in required)
        )

    @property
    def not_judged(self) -> tuple[Verdict, ...]:
        """Verdicts that are not on par, and that do not make the run fail: nobody required them."""
        required = set(self.required)
        return tuple(
            v
            for v in self.verdicts
            if v.status in TOLERATED
            and v.status is not Status.PASS
            and Row(v.target, v.variant, v.case) not in required
        )

    @property
    def passed(self) -> bool:
        """At least one row is on par, every required row is, and none has failed."""
        some = any(v.status is Status.PASS for v in self.verdicts)
        return some and not self.failed and not self.absent

    @property
    def exit_code(self) -> int:
        """0: on par; 1: not. (2, usage or input, is given before there is a run.)"""
        return 0 if self.passed else 1

    @property
    def answer(self) -> str:
        """The answer to the whole run in one sentence."""
        on_par = sum(v.status is Status.PASS for v in self.verdicts)
        if self.passed:
            others = len(self.verdicts) - on_par
            return f"On par: {_count(on_par, 'row passes', 'rows pass')}" + (
                f", {_count(others, 'was', 'were')} not judged." if others else "."
            )
        if not self.verdicts:
            return "Nothing was compared, and that is a failure: there was no capture to judge."
        if self.failed:
            first = self.failed[0]
            return (
                f"Not on par: {len(self.failed)} of {_count(len(self.verdicts), 'row', 'rows')} "
                f"failed, the first of them {first.place} on {first.case} ({first.status})."
            )
        if self.absent:
            row = self.absent[0]
            rows = _count(len(self.absent), "required row", "required rows")
            return (
                f"Not shown to be on par: {rows} not captured, the first of them {row.target} "
                f"{row.variant} on {row.case}."
            )
        return "Not shown to be on par: no row could be judged."

    @property
    def coverage(self) -> str:
        """How many of the targets were judged."""
        judged = sum(target.judged for target in self.targets)
        return f"{judged} of {len(self.targets)} targets judged"

    @property
    def preflight(self) -> str:
        """What the apps' runtimes load, in a sentence; empty where no file was looked at."""
        each = (
            f"{one.runtime} ({_count(len(one.variants), 'file', 'files')})" for one in self.loads
        )
        said = ", ".join(each)
        return f"Preflight, told from the files alone: loads in {said}" if said else ""


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def write_run(path: Path, run: Run) -> None:
    """Write the run as indented JSON."""
    write_text(path, msgspec.json.format(msgspec.json.encode(run), indent=1).decode() + "\n")


def read_run(path: Path) -> Run:
    """Read what `write_run` wrote. Raises RunError where it is something else."""
    try:
        run = msgspec.json.decode(path.read_bytes(), type=Run)
    except (OSError, msgspec.MsgspecError, RecursionError) as error:
        raise RunError(
            f"{path}: not a run that was kept ({error}); keep one with `onpar check --write-json`"
        ) from error
    if run.format != RUN_FORMAT:
        raise RunError(f"{path}: is {run.format!r}, this onpar reads {RUN_FORMAT!r}: update onpar")
    return run
