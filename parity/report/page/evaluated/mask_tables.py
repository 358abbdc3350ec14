"""The tables of masks."""

from __future__ import annotations

from onpar.parity.evaluation.evaluation import Evaluation, Figures
from onpar.parity.evaluation.summaries.mask_figures import MaskFigures, MaskReference
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


def mask_tables(done: Evaluation) -> tuple[Table, ...]:
    """Against float, and against the given masks if there are any."""
    reference = done.reference
    assert isinstance(reference, MaskReference)
    found = [(one, _mask(one)) for one in done.artifacts]
    above = reference.classes[1]
    note = (
        f"Agreement, and the IoU of {above}, are over the pixels of all images together; below, "
        f"and in the other columns, mean ± standard deviation over the images. {run_note(done)}"
    )
    names = ("Artifact", "Agreement", f"IoU of {above}", "SNR", "Worst tile", "A run")
    rows = tuple(
        (
            artifact(one),
            Cell(figures.share(seen.agreement), f"an image: {shares(seen.agreements)}"),
            _iou(seen),
            snr(one),
            worst_tile(seen),
            Cell(figures.milliseconds(one.milliseconds)),
        )
        for one, seen in found
    )
    tables = [Table(AGAINST_FLOAT, headings(*names), rows, note)]
    if reference.truth:
        note = "IoU is over the pixels of all images together that are not ignored."
        truths = [(FLOAT, reference.truth), *((artifact(one), seen.truth) for one, seen in found)]
        known = [(name, truth.iou, truth) for name, truth in truths if truth]
        tables.append(against_masks(f"IoU of {above}", note, known))
    return tuple(tables)


def _mask(one: Figures) -> MaskFigures:
    assert isinstance(one.seen, MaskFigures)
    return one.seen


def _iou(seen: MaskFigures) -> Cell:
    if seen.iou is None or seen.ious is None:
        return Cell(figures.ABSENT, "none on any image")
    mean, sd = f"{seen.ious.mean:.4f}", seen.ious.sd
    return Cell(f"{seen.iou:.4f}", f"an image: {mean}" + (f" ± {sd:.4f}" if sd is not None else ""))
