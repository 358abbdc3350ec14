"""Annotations for GitHub Actions: workflow commands, which a step prints on lines of their own.

The rules are GitHub's (docs.github.com, "Workflow commands for GitHub Actions"), the escapes those
of actions/toolkit (`packages/core/src/command.ts`): %, CR and LF in a message, in a property colon
and comma as well. GitHub shows the first 10 annotations of each kind in a step, and the first 4096
characters of a message (actions/runner, `ExecutionContext.AddIssue`); the checks API takes 255
characters of a title.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from onpar.parity.baseline.comparison import Comparison, Kind
from onpar.parity.judge.run import Run
from onpar.parity.judge.status import PRECEDENCE
from onpar.parity.report.changes import Line, lines
from onpar.parity.report.printable import clipped, printable
from onpar.parity.report.reasons import briefly, reasons

ANNOTATIONS = 10
MESSAGE = 4096
TITLE = 255


@dataclass(frozen=True)
class Annotation:
    """What GitHub shows with a run: `kind` is error, warning or notice; a message in lines."""

    kind: str
    title: str
    message: tuple[str, ...]


def run_annotations(run: Run, errors: Sequence[str] = ()) -> list[str]:
    """Commands for a run: an error for every artifact that fails, in the judge's order of
    precedence, and for every input that could not be judged; one warning of what is UNJUDGED, and
    one notice of what did not run.

    `errors` are other failures, such as that of an export; a run that fails has rows for them.
    """
    failed = sorted(run.failed, key=lambda verdict: PRECEDENCE[verdict.status])
    found: dict[str, list[tuple[str, str]]] = {}
    for (heading, sentence), cases in reasons(failed).items():
        found.setdefault(heading, []).append((", ".join(cases), sentence))
    for row in run.absent:
        heading = f"NOT CAPTURED, but required: {row.target} {row.variant}"
        why = (row.case, "run `onpar capture` where it can run")
        found.setdefault(heading, []).append(why)
    failing = [
        Annotation("error", f"{heading} on {', '.join(cases for cases, _ in why)}", _lines(why))
        for heading, why in found.items()
    ]
    failing += [Annotation("error", "Input not judged", (text,)) for text in run.problems]
    if not failing:
        nothing = not run.passed and not run.unjudged
        texts = [*errors, *([run.answer] if nothing else [])]
        failing = [Annotation("error", "onpar failed", (text,)) for text in texts]
    open_rows = (
        ("warning", "not judged", run.unjudged),
        ("notice", "did not run here", run.not_run),
    )
    return commands(failing) + [
        command(Annotation(kind, f"{_rows(len(rows))} {what}", tuple(briefly(rows))))
        for kind, what, rows in open_rows
        if rows
    ]


def _rows(number: int) -> str:
    return "1 row" if number == 1 else f"{number} rows"


def change_annotations(comparison: Comparison) -> list[str]:
    """Commands for a comparison: an error for rows that were on par and are lost, a warning for
    others that are worse."""
    changed = lines(comparison)
    lost = [_change("error", line) for line in changed if line.lost]
    worse = [
        _change("warning", line) for line in changed if line.kind is Kind.WORSE and not line.lost
    ]
    return commands(lost) + commands(worse)


def _change(kind: str, line: Line) -> Annotation:
    return Annotation(kind, f"{line.kind} since the baseline: {line.rows}", (line.text,))


def _lines(why: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Every sentence after its cases; a sentence about all cases has no prefix."""
    if len({sentence for _, sentence in why}) == 1:
        return (why[0][1],)
    return tuple(f"{what}: {sentence}" for what, sentence in why)


def commands(found: Sequence[Annotation]) -> list[str]:
    """Annotations of one kind as commands: as many as GitHub shows; the last counts the others."""
    if len(found) <= ANNOTATIONS:
        return [command(one) for one in found]
    shown, others = found[: ANNOTATIONS - 1], found[ANNOTATIONS - 1 :]
    more = Annotation(found[0].kind, f"{len(others)} more", tuple(one.title for one in others))
    return [command(one) for one in (*shown, more)]


def command(one: Annotation) -> str:
    """One workflow command, without a line end."""
    title = _escaped(clipped(one.title, TITLE)).replace(":", "%3A").replace(",", "%2C")
    message = "\n".join(map(printable, one.message))
    if len(message) > MESSAGE:
        message = message[: MESSAGE - 1] + "…"
    return f"::{one.kind} title={title}::{_escaped(message)}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
