"""What changed since a baseline, for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.text import Text

from onpar.parity.baseline.comparison import Comparison
from onpar.parity.report.changes import conditions, lines
from onpar.parity.report.printable import printable

if TYPE_CHECKING:
    from rich.console import Console

COLOURS = {"bad": "red", "open": "yellow", "good": "green"}


def print_comparison(comparison: Comparison, console: Console) -> None:
    """Print every row that changed, what else differs between the runs, and last the answer."""
    console.print(Text(printable(f"Since the baseline of {comparison.created_at}"), "bold"))
    for line in lines(comparison):
        console.print(Text(f"{line.kind}: {line.rows}", f"bold {COLOURS[line.tone]}"))
        console.print(Padding(Text(line.text), (0, 0, 0, 2), expand=False))
    others = conditions(comparison)
    if others:
        console.print(Text("What else differs", "bold"))
    for other in others:
        console.print(Padding(Text(other), (0, 0, 0, 2), expand=False))
    console.print(Text(f"Rows: {comparison.counts}."))
    tone = "red" if comparison.lost else "green"
    console.print(Text(printable(comparison.answer), f"bold {tone}"))
