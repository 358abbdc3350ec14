"""A table of figures, for the page and for a terminal."""

from __future__ import annotations

from dataclasses import dataclass

from onpar.parity.evaluation.evaluation import Figures
from onpar.parity.evaluation.spread import Spread
from onpar.parity.report import figures
from onpar.parity.report.page.scale import Colour

Ends = tuple[float, float]


@dataclass(frozen=True)
class Cell:
    """Text, smaller text below it, which only the page shows, and a colour before it."""

    text: str
    small: str = ""
    colour: Colour | None = None


@dataclass(frozen=True)
class Table:
    """A title, headings, rows whose first cell is their heading, and a note; `on_terminal` if a
    terminal shows it too."""

    title: str
    headings: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    on_terminal: bool = True


FLOAT = Cell("float reference", "eager PyTorch")
"""The first cell of the reference's row."""


def headings(*names: str) -> tuple[Cell, ...]:
    """Headings without smaller text."""
    return tuple(map(Cell, names))


def artifact(one: Figures) -> Cell:
    """The first cell of an artifact's row."""
    return Cell(one.variant, one.target)


def snr(one: Figures) -> Cell:
    """The scores' SNR in the mean over images; of equal scores infinite."""
    if one.snr_db is None:
        return Cell(figures.ABSENT if one.rmse is None else figures.decibel(None))
    found = one.snr_db
    sd = "" if found.sd is None else f"± {figures.decibel(found.sd)}, "
    return Cell(figures.decibel(found.mean), f"{sd}lowest {figures.decibel(found.lowest)}")


def shares(found: Spread | None) -> str:
    """Mean and standard deviation of a share."""
    if found is None:
        return ""
    mean = figures.share(found.mean)
    return mean if found.sd is None else f"{mean} ± {figures.share(found.sd)}"


def interval(ends: Ends | None) -> str:
    """A confidence interval in points."""
    return figures.ABSENT if ends is None else f"{points(ends[0])} to {points(ends[1])}"


def points(value: float) -> str:
    """A drop in hundredths: with its sign, unless it rounds to 0."""
    text = f"{value:+.2f}"
    return text if float(text) else "0.00"
