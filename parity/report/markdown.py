"""The job summary for GitHub: GitHub-flavoured Markdown, within the limit of a step.

Text out of captures is escaped by a backslash before every ASCII punctuation mark, after which
CommonMark takes the mark for itself (section 2.4), in a table's cells too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from onpar.parity.baseline.comparison import Comparison
from onpar.parity.judge.run import Run
from onpar.parity.judge.verdict import Verdict
from onpar.parity.report.changes import conditions, lines
from onpar.parity.report.conclusions import LOOKS
from onpar.parity.report.halves import halves
from onpar.parity.report.models import models
from onpar.parity.report.printable import clipped
from onpar.parity.report.reasons import reasons
from onpar.parity.report.summary import summary

ROOM = 1024 * 1024
"""Bytes that a step may write (docs.github.com, "Workflow commands", step isolation and limits)."""

NAME, SENTENCE, MODELS = 200, 2000, 8
"""Characters that are shown of a name and of a sentence, and how many models."""

COLUMNS = ("target", "artifact", "case", "status", "stage", "error", "allowed", "seen", "SNR")

CUT_OFF = "\n…and {} more, for which a job summary has no room.\n"


def job_summary(run: Run, room: int = ROOM) -> str:
    """The run as Markdown of at most `room` bytes: the answer and the coverage, the failures and
    why, a line for every row, what each lower precision computes and costs, and the rows that were
    not judged or did not run and why. The rest is counted."""
    failed, unjudged, not_run = run.failed, run.unjudged, run.not_run
    problems = [f"- **INPUT** {escaped(problem, SENTENCE)}\n" for problem in run.problems]
    absent = [
        f"- **NOT CAPTURED, but required** {escaped(f'{row.target} {row.variant} on {row.case}')}\n"
        for row in run.absent
    ]
    missing = [f"- **{escaped(t.name)}** {escaped(t.needs)}\n" for t in run.targets if not t.judged]
    rows = [_row(v, f"**{v.status}**") for v in failed]
    rows += [_row(v, v.status) for v in (*run.passing, *unjudged, *not_run)]
    table = _cells(COLUMNS) + _cells(["---"] * len(COLUMNS))
    text = _head(run)
    for opening, items, closing, share in (
        ("\n", problems + _reasons(failed) + absent, "", 0.5),
        (f"\n{table}", rows, "", 0.8),
        _folded("What int8 and float16 compute, and what they cost", _halves(run), 0.82),
        _folded(f"Not judged: {len(unjudged)} rows", _reasons(unjudged), 0.85),
        _folded(f"Did not run here: {len(not_run)} rows", _reasons(not_run), 0.9),
        _folded(f"What the other {len(missing)} targets need", missing, 1.0),
    ):
        text += section(opening, items, closing, int(share * room) - len(text.encode()))
    return text if len(text.encode()) <= room else ""


def change_summary(comparison: Comparison, room: int = ROOM) -> str:
    """What changed since a baseline, as Markdown of at most `room` bytes."""
    mark = "✕" if comparison.lost else "✓"
    text = (
        f"### {mark} {escaped(comparison.answer, SENTENCE)}\n\nSince the baseline of "
        f"{escaped(comparison.created_at)}: {comparison.counts}.\n"
    )
    changed = [
        f"- **{line.kind}** {escaped(line.rows, SENTENCE)}<br>{escaped(line.text, SENTENCE)}\n"
        for line in lines(comparison)
    ]
    others = [f"- {escaped(other, SENTENCE)}\n" for other in conditions(comparison)]
    text += section("\n", changed, "", room // 2 - len(text.encode()))
    text += section("\nWhat else differs:\n\n", others, "", room - len(text.encode()))
    return text if len(text.encode()) <= room else ""


def section(opening: str, items: Sequence[str], closing: str, room: int) -> str:
    """As many items as `room` bytes hold, and the number of the others; empty without items."""
    size = len((opening + CUT_OFF + closing).encode()) + len(str(len(items)))
    if not items or size > room:
        return ""
    taken = 0
    for item in items:
        size += len(item.encode())
        if size > room:
            break
        taken += 1
    more = CUT_OFF.format(len(items) - taken) if taken < len(items) else ""
    return opening + "".join(items[:taken]) + more + closing


def escaped(text: str, length: int = NAME) -> str:
    """Untrusted text, escaped so that Markdown shows every character unchanged."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", clipped(text, length))


def _head(run: Run) -> str:
    mark = LOOKS[run.conclusion].mark
    facts = [run.coverage, *([run.preflight] if run.preflight else []), *models(run)[:MODELS]]
    return f"### {mark} {escaped(run.answer, SENTENCE)}\n\n" + "".join(
        f"{escaped(fact, SENTENCE)}<br>\n" for fact in facts
    )


def _folded(title: str, items: list[str], share: float) -> tuple[str, list[str], str, float]:
    opening = f"\n<details><summary>{title}</summary>\n\n"
    return opening, items, "\n</details>\n", share


def _reasons(verdicts: Iterable[Verdict]) -> list[str]:
    return [
        f"- **{escaped(heading)}** on {escaped(', '.join(cases), SENTENCE)}"
        f"<br>{escaped(sentence, SENTENCE)}\n"
        for (heading, sentence), cases in reasons(verdicts).items()
    ]


def _halves(run: Run) -> list[str]:
    return [
        f"- **{escaped(heading)}** {escaped(both, SENTENCE)}\n"
        for heading, both in halves(run.verdicts)
    ]


def _row(verdict: Verdict, status: str) -> str:
    s = summary(verdict)
    names = map(escaped, (verdict.place, verdict.variant, verdict.case))
    return _cells([*names, status, s.blame, s.error, s.allowed, s.seen, s.snr])


def _cells(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |\n"
