"""The tables of class maps."""

from __future__ import annotations

from onpar.parity.evaluation.evaluation import Evaluation, Figures
from onpar.parity.evaluation.summaries.classmap_figures import ClassMapFigures, ClassMapReference
from onpar.parity.report import figures
from onpar.parity.report.page.evaluated.pixel_tables import (
    AGAINST_FLOAT,
    against_masks,
    run_note,
    worst_tile,
)
from onpar.parity.report.page.evaluated.tables import (
    FLOAT,
    Cell,
    Table,
    artifact,
    headings,
    shares,
    snr,
)


def classmap_tables(done: Evaluation) -> tuple[Table, ...]:
    """Against float, against the masks if there are any, and the IoU of each class."""
    reference = done.reference
    assert isinstance(reference, ClassMapReference)
    found = [(one, _classmap(one)) for one in done.artifacts]
    note = (
        "Agreement and mIoU are over the pixels of all images together; below, and in the other "
        "columns, mean ± standard deviation over the images. The foreground is what either shows "
        f"as another class than {reference.classes[0]}. {run_note(done)}"
    )
    names = ("Artifact", "Agreement", "Foreground", "mIoU", "SNR", "Worst tile", "A run")
    rows = tuple(
        (
            artifact(one),
            Cell(figures.share(seen.agreement), f"an image: {shares(seen.agreements)}"),
            Cell(
                figures.share(seen.foreground),
                f"an image: {shares(seen.foregrounds)}" if seen.foregrounds else "",
            ),
            Cell(f"{seen.miou:.4f}"),
            snr(one),
            worst_tile(seen),
            Cell(figures.milliseconds(one.milliseconds)),
        )
        for one, seen in found
    )
    tables = [Table(AGAINST_FLOAT, headings(*names), rows, note)]
    if reference.truth:
        note = (
            "mIoU is the mean over the classes that occur in the masks, over the pixels of all "
            "images together that are not ignored."
        )
        truths = [(FLOAT, reference.truth), *((artifact(one), seen.truth) for one, seen in found)]
        known = [(name, truth.miou, truth) for name, truth in truths if truth]
        tables.append(against_masks("mIoU", note, known))
    return *tables, _each_class(reference, found)


def _each_class(
    reference: ClassMapReference, found: list[tuple[Figures, ClassMapFigures]]
) -> Table:
    """The IoU of every class that any class map or mask shows, a column for each model."""
    masks, floats = "against the masks", "against float"
    columns = [(Cell("Float", masks), reference.truth.iou)] if reference.truth else []
    for one, seen in found:
        if seen.truth:
            columns.append((Cell(one.variant, masks), seen.truth.iou))
        columns.append((Cell(one.variant, floats), seen.iou))
    occurring = sorted({index for _, iou in columns for index in iou})
    rows = tuple(
        (
            Cell(reference.classes[index], colour=reference.palette[index]),
            *(Cell(f"{iou[index]:.4f}" if index in iou else figures.ABSENT) for _, iou in columns),
        )
        for index in occurring
    )
    names = (Cell("Class"), *(name for name, _ in columns))
    return Table("IoU of each class", names, rows, on_terminal=False)


def _classmap(one: Figures) -> ClassMapFigures:
    assert isinstance(one.seen, ClassMapFigures)
    return one.seen
