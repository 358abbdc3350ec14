"""One run of `onpar check`: all its verdicts, what was required, and its conclusion."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from onpar.parity.files.atomic import write_text
from onpar.parity.files.format_version import other_version
from onpar.parity.files.json_file import JsonError, read_json
from onpar.parity.judge.conclusion import Conclusion
from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import STAGES, Verdict

RUN_FORMAT = "onpar-run/4"
"""Version 3 had no stage `quality`."""

TOLERATED_STATUSES = (Status.PASS, Status.NOT_RUN, Status.UNJUDGED)
"""The statuses that a row may have if it is not required."""

MAX_NAMED = 3
"""How many of the artifacts that were not judged the answer names."""


class RunError(ValueError):
    """A file that is not the result of a run; the message says what to do."""


@dataclass(frozen=True)
class TargetState:
    """A target, whether a capture of it was judged, and what it needs if none was."""

    name: str
    judged: bool
    needs: str


@dataclass(frozen=True)
class Loads:
    """A runtime that an app pins, and the artifacts (their variants) that it should load, judged
    from the files alone: none of them has run there."""

    target: str
    runtime: str
    variants: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """What can be required or expected: a target, an artifact's variant and a case."""

    target: str
    variant: str
    case: str


@dataclass(frozen=True)
class Run:
    """Everything that a report shows, and that `--json` gives to a program.

    required   rows that are named (`check --require`, golden/required.txt): must be on par
    expected   rows of everything chosen that can run here: must be captured, may be UNJUDGED
    problems   inputs that could not be judged at all: a sentence each, including the remedy
    key        hash of everything that was judged, if a pipeline stores one to reuse the run
    """

    onpar: str
    created_at: str
    verdicts: tuple[Verdict, ...]
    targets: tuple[TargetState, ...]
    required: tuple[Row, ...]
    loads: tuple[Loads, ...] = ()
    key: str = ""
    expected: tuple[Row, ...] = ()
    problems: tuple[str, ...] = ()
    format: str = RUN_FORMAT

    @property
    def absent(self) -> tuple[Row, ...]:
        """Required and expected rows without a capture."""
        there = {Row(v.target, v.variant, v.case) for v in self.verdicts}
        wanted = dict.fromkeys([*self.required, *self.expected])
        return tuple(row for row in wanted if row not in there)

    @property
    def failed(self) -> tuple[Verdict, ...]:
        """Verdicts that make the run fail, by themselves or because they are required."""
        required, expected = set(self.required), set(self.expected)

        def fails(v: Verdict) -> bool:
            row = Row(v.target, v.variant, v.case)
            return (
                v.status not in TOLERATED_STATUSES
                or (row in required and v.status is not Status.PASS)
                or (row in expected and v.status is Status.NOT_RUN)
            )

        return tuple(v for v in self.verdicts if fails(v))

    @property
    def passing(self) -> tuple[Verdict, ...]:
        """Verdicts that are on par."""
        return tuple(v for v in self.verdicts if v.status is Status.PASS)

    @property
    def unjudged(self) -> tuple[Verdict, ...]:
        """UNJUDGED verdicts that do not fail the run, but prevent it from being on par, such as
        those of a lower precision whose fidelity is not known."""
        return self._tolerated(Status.UNJUDGED)

    @property
    def not_run(self) -> tuple[Verdict, ...]:
        """Verdicts of rows that cannot run here and are not required."""
        return self._tolerated(Status.NOT_RUN)

    def _tolerated(self, status: Status) -> tuple[Verdict, ...]:
        failed = self.failed
        return tuple(v for v in self.verdicts if v.status is status and v not in failed)

    @property
    def conclusion(self) -> Conclusion:
        """The conclusion of the run."""
        if self.problems:
            return Conclusion.INVALID
        if self.failed or self.absent or not self.verdicts:
            return Conclusion.FAILED
        if self.unjudged or not self.passing:
            return Conclusion.OPEN
        return Conclusion.ON_PAR

    @property
    def passed(self) -> bool:
        """Everything chosen that can run here was judged and is on par, at least one row."""
        return self.conclusion is Conclusion.ON_PAR

    @property
    def answer(self) -> str:
        """The answer to the whole run: what was judged, and what was not."""
        return " ".join([*self._inputs, self._rows])

    @property
    def _inputs(self) -> list[str]:
        if not self.problems:
            return []
        count = _count(len(self.problems), "input", "inputs")
        return [f"{count} could not be judged, the first of them: {_sentence(self.problems[0])}"]

    @property
    def _rows(self) -> str:
        """The answer for the rows alone."""
        if not self.verdicts and not self.absent:
            return "Nothing was compared, and that is a failure: there was no capture to judge."
        rest = _listed([_unjudged(self.unjudged), _not_run(len(self.not_run))])
        if self.failed:
            first = self.failed[0]
            said = (
                f"Not on par: {len(self.failed)} of {_count(len(self.verdicts), 'row', 'rows')} "
                f"failed, the first of them {first.place} on {first.case} ({first.status})"
            )
        elif self.absent:
            row = self.absent[0]
            rows = _count(len(self.absent), "required row", "required rows")
            said = (
                f"Not shown to be on par: {rows} not captured, the first of them {row.target} "
                f"{row.variant} on {row.case}"
            )
        elif not self.passing:
            said = "Nothing was judged"
        elif self.unjudged:
            said = f"Not all was judged: {_count(len(self.passing), 'row is', 'rows are')} on par"
        else:
            said = f"On par: {_count(len(self.passing), 'row passes', 'rows pass')}"
        return f"{said}{rest}."

    @property
    def coverage(self) -> str:
        """How many of the targets were judged."""
        judged = sum(target.judged for target in self.targets)
        return f"{judged} of {len(self.targets)} targets judged"

    @property
    def preflight(self) -> str:
        """What the apps' runtimes load, in a sentence; empty if no file was checked."""
        each = (
            f"{one.runtime} ({_count(len(one.variants), 'file', 'files')})" for one in self.loads
        )
        said = ", ".join(each)
        return f"Preflight, from the files alone: loads in {said}" if said else ""


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


def _listed(parts: Iterable[str]) -> str:
    return "".join(f", {part}" for part in parts if part)


def _unjudged(verdicts: tuple[Verdict, ...]) -> str:
    """How many rows are UNJUDGED, and of which artifacts."""
    if not verdicts:
        return ""
    variants = list(dict.fromkeys(v.variant for v in verdicts))
    more = len(variants) - MAX_NAMED
    names = ", ".join(variants[:MAX_NAMED]) + (f" and {more} more" if more > 0 else "")
    return f"{_count(len(verdicts), 'row is', 'rows are')} {Status.UNJUDGED} ({names})"


def _not_run(number: int) -> str:
    return f"{number} did not run here" if number else ""


def write_run(path: Path, run: Run, follow_links: bool = True) -> None:
    """Write the run as indented JSON."""
    content = msgspec.json.format(msgspec.json.encode(run), indent=1).decode()
    write_text(path, content + "\n", follow_links)


class _Version(msgspec.Struct):
    format: str = ""


def _other_version(path: Path, found: str) -> RunError:
    again = "judge again with `onpar check --write-json` or `onpar parity`"
    return RunError(f"{path}: {other_version(found, RUN_FORMAT, again)}")


def read_run(path: Path) -> Run:
    """Read what `write_run` wrote. Raises RunError for any other file."""
    try:
        run = read_json(path, Run)
    except JsonError as error:
        with suppress(JsonError):
            found = read_json(path, _Version).format
            if found != RUN_FORMAT and found.startswith("onpar-run/"):
                raise _other_version(path, found) from error
        raise RunError(
            f"{path}: not a run that was kept ({error}); keep one with `onpar check --write-json`"
        ) from error
    if run.format != RUN_FORMAT:
        raise _other_version(path, run.format)
    for stage in {stage.stage for verdict in run.verdicts for stage in verdict.stages}:
        if stage not in STAGES:
            raise RunError(
                f"{path}: has a stage {stage[:80]!r}, this onpar knows {', '.join(STAGES)}: "
                "update onpar"
            )
    return run
