"""What the tables of class maps and of masks have in common."""

from __future__ import annotations

from collections.abc import Sequence

from onpar.parity.evaluation.evaluation import Evaluation, Figures
from onpar.parity.evaluation.spread import Worst
from onpar.parity.evaluation.summaries.classmap_figures import ClassMapFigures, Truth
from onpar.parity.evaluation.summaries.mask_figures import MaskFigures, MaskTruth
from onpar.parity.report import figures
from onpar.parity.report.page.evaluated.tables import Cell, Table, headings, interval, points

AGAINST_FLOAT = "Against the float reference"


def agrees(done: Evaluation) -> str:
    """How many pixels agree with float, in a sentence."""
    found = sorted(one.seen.agreement for one in done.artifacts)
    low, high = figures.share(found[0]), figures.share(found[-1])
    images = f"{done.images:,} image{'s' * (done.images != 1)}"
    if len(found) == 1:
        return f"{done.artifacts[0].variant} agrees with float on {low} of the pixels of {images}"
    between = low if low == high else f"{low} to {high}"
    return f"{len(found)} artifacts agree with float on {between} of the pixels of {images}"


def caption(worst: Worst) -> str:
    """What is said of an image."""
    return f"agreement {figures.share(worst.figure)}"


def lowest(one: Figures) -> str:
    """What is said of the worst images together."""
    assert isinstance(one.seen, ClassMapFigures | MaskFigures)
    return f"lowest agreement of an image {figures.share(one.seen.agreements.lowest)}"


def worst_tile(seen: ClassMapFigures | MaskFigures) -> Cell:
    """Its agreement, in the mean over images, and the lowest."""
    tiles = seen.worst_tiles
    lowest = f"lowest {figures.share(tiles.lowest)}"
    sd = f"± {figures.share(tiles.sd)}, " if tiles.sd is not None else ""
    return Cell(figures.share(tiles.mean), sd + lowest)


def run_note(done: Evaluation) -> str:
    """What the columns of both tables mean."""
    return (
        "The worst tile is the 32×32 pixels that agree least. A run is the median on one thread of "
        f"{done.device}, of the float reference {figures.milliseconds(done.milliseconds)}."
    )


def against_masks(
    figure: str, note: str, models: Sequence[tuple[Cell, float, Truth | MaskTruth]]
) -> Table:
    """A row of the float reference, then of each artifact: its figure, and the drop."""
    rows = tuple(
        (
            name,
            Cell(f"{value:.4f}"),
            Cell(points(truth.drop)),
            Cell(interval(truth.drop_interval)),
        )
        for name, value, truth in models
    )
    names = headings("Model", figure, "Drop, points", "95 % interval")
    return Table(
        "Against the masks", names, rows, f"{note} The interval is the bootstrap's, over images."
    )
