"""The report for a terminal: a table of all rows, the reasons of failures, and the answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from onpar.parity.judge.run import Run
from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import Verdict
from onpar.parity.report.conclusions import LOOKS
from onpar.parity.report.figures import ABSENT
from onpar.parity.report.halves import halves
from onpar.parity.report.printable import printable
from onpar.parity.report.reasons import briefly, reasons
from onpar.parity.report.summary import summary

if TYPE_CHECKING:
    from rich.console import Console

HEADINGS = ("case", "status", "stage", "error / allowed", "seen", "SNR", "latency")

FOLDING = {3: len("1.23e-06 /"), 0: 8}
"""The columns that shrink in a narrow terminal, first the error, then the case, each to its least
width. A status never folds."""

GAP = 2

COLOURS = {Status.PASS: "green", Status.NOT_RUN: "yellow", Status.UNJUDGED: "yellow"}
"""Every other status is red."""


def print_run(run: Run, console: Console) -> None:
    """Print all rows, the reasons of failures, what was not judged or did not run, inputs that
    could not be judged, and last the answer."""
    if run.verdicts:
        for part in _tables(run.verdicts, console.width):
            console.print(part)
        console.print()
    for (heading, sentence), cases in reasons(run.failed).items():
        console.print(_text(f"{heading} on {', '.join(cases)}", "bold red"))
        console.print(_indented(sentence))
        console.print()
    for title, verdicts in (("Not judged", run.unjudged), ("Did not run here", run.not_run)):
        if verdicts:
            console.print(_text(title, "bold yellow"))
            for line in briefly(verdicts):
                console.print(_indented(line))
            console.print()
    for row in run.absent:
        absent = f"NOT CAPTURED, but required: {row.target} {row.variant} on {row.case}"
        console.print(_text(absent, "bold red"))
    for problem in run.problems:
        console.print(_text(f"INPUT: {problem}", "bold red"))
    if run.preflight:
        console.print(_text(run.preflight))
    console.print(_text(run.coverage, "bold"))
    for target in run.targets:
        if not target.judged:
            console.print(_indented(f"{target.name}: {target.needs}"))
    console.print(_text(run.answer, f"bold {LOOKS[run.conclusion].colour}"))


def _tables(verdicts: Sequence[Verdict], width: int) -> Iterable[Text | Table | Padding]:
    """A line and a table for each artifact on a target; all tables have the same columns. Below
    that of a lower precision what it computes, and what it costs."""
    several = len({verdict.recipe for verdict in verdicts}) > 1
    groups = [
        (
            f"{recipe} · {place} · {variant}" if several else f"{place} · {variant}",
            _alike(map(_cells, group)),
            halves(group),
        )
        for (recipe, place, variant), members in groupby(
            verdicts, lambda v: (v.recipe, v.place, v.variant)
        )
        for group in [list(members)]
    ]
    cells = [tuple(map(str, row)) for _, rows, _ in groups for row in rows]
    widths = _widths([HEADINGS, *cells], width)
    heading = _table(widths)
    heading.add_row(*(Text(name, "dim") for name in HEADINGS))
    yield heading
    for place, rows, said in groups:
        yield _text(place, "bold")
        table = _table(widths)
        for row in rows:
            table.add_row(*row)
        yield table
        for _, both in said:
            yield _indented(both)


def _alike(rows: Iterable[tuple[Text, ...]]) -> list[tuple[Text, ...]]:
    """Cases without differences, such as those of an artifact that was not run, are one row."""
    found = []
    for _, alike in groupby(rows, lambda row: row[1:]):
        first, *others = alike
        cases = Text(f"{len(others) + 1} cases") if others else first[0]
        found.append((cases, *first[1:]))
    return found


def _cells(verdict: Verdict) -> tuple[Text, ...]:
    s = summary(verdict)
    error = ABSENT if s.error == s.allowed == ABSENT else f"{s.error} / {s.allowed}"
    status = Text(verdict.status, _colour(verdict.status))
    rest = map(Text, (s.blame, error, s.seen, s.snr, s.latency))
    return (_text(verdict.case), status, *rest)


def _widths(rows: Sequence[Sequence[str]], width: int) -> list[int]:
    """As wide as the widest cell; the folding columns shrink to the terminal's width."""
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    over = sum(widths) + GAP * (len(widths) - 1) - width
    for column, least in FOLDING.items():
        taken = max(0, min(over, widths[column] - least))
        widths[column] -= taken
        over -= taken
    return widths


def _table(widths: Sequence[int]) -> Table:
    table = Table.grid(padding=(0, GAP, 0, 0))
    for width in widths:
        table.add_column(width=width, overflow="fold")
    return table


def _colour(status: Status) -> str:
    return COLOURS.get(status, "red")


def _text(text: str, style: str = "") -> Text:
    return Text(printable(text), style)


def _indented(text: str) -> Padding:
    return Padding(_text(text), (0, 0, 0, 2), expand=False)
