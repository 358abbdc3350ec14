"""The figures of class maps: agreement and IoU against float, and mIoU against masks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from onpar.parity.contract.confusion import Shares, iou, shares, table_shares, truth_miou
from onpar.parity.contract.steps.argmax import Argmax
from onpar.parity.evaluation.bootstrap import points
from onpar.parity.evaluation.spread import Spread, required, spread, worst
from onpar.parity.evaluation.summaries.pixels import pixel_row
from onpar.parity.evaluation.summaries.summary import Summary
from onpar.parity.evaluation.tally import Row, Tally
from onpar.parity.evaluation.tasks.classmap import ClassMapSeen


@dataclass(frozen=True)
class Truth:
    """A model's class maps against the masks, over all their pixels together.

    miou          mean of `iou`, as `confusion.truth_miou` computes it
    iou           of every class that occurs in the masks
    drop          the reference's mIoU less this one's, in points (hundredths); 0 for the reference
    drop_interval its bootstrap 95 % interval (onpar.parity.evaluation.bootstrap); None below two
                  images
    """

    miou: float
    iou: dict[int, float]
    drop: float
    drop_interval: tuple[float, float] | None


class ClassMapReference(msgspec.Struct, frozen=True, tag_field="step", tag="argmax"):
    """The classes with their colours, and the float reference against the masks; None: no masks."""

    classes: tuple[str, ...]
    palette: tuple[tuple[int, int, int], ...]
    truth: Truth | None


class ClassMapFigures(msgspec.Struct, frozen=True, tag_field="step", tag="argmax"):
    """An artifact against the float reference.

    Over all pixels of all images together:

    agreement    share that shows the reference's class, 0–1
    foreground   the same of the pixels where either does not show class 0; None: there are none
    iou          per class that occurs in either class map: |both| / |either|
    miou         mean of `iou`
    truth        against the masks; None where there are none

    Over the images, each counted once:

    agreements, foregrounds, worst_tiles   as above, and `classmap.worst_tile`
    """

    agreement: float
    foreground: float | None
    miou: float
    iou: dict[int, float]
    truth: Truth | None
    agreements: Spread
    foregrounds: Spread | None
    worst_tiles: Spread


def row(step: Argmax, seen: Sequence[ClassMapSeen]) -> Row:
    """The shares of an image, f64 [A], and the sum of the confusion matrices, i64 [A, C, C]."""
    own = [shares(one.confusion) for one in seen[1:]]
    return pixel_row(
        seen,
        len(step.classes),
        agreement=[one.agreement for one in own],
        foreground=[np.nan if one.foreground is None else one.foreground for one in own],
    )


def summary(step: Argmax, tally: Tally) -> Summary[ClassMapReference, ClassMapFigures]:
    """The figures of the reference and of each artifact."""
    reference, *truths = _truths(tally)
    tables = tally.sums["confusion"]
    agreement = tally.each["agreement"]
    return Summary(
        ClassMapReference(step.classes, step.palette, reference),
        tuple(
            _figures(table_shares(table), truth, tally, at)
            for at, (table, truth) in enumerate(zip(tables, truths, strict=True))
        ),
        tuple(worst(tally.images, one, one, one < 1) for one in agreement.T),
    )


def _figures(seen: Shares, truth: Truth | None, tally: Tally, at: int) -> ClassMapFigures:
    return ClassMapFigures(
        agreement=seen.agreement,
        foreground=seen.foreground,
        miou=seen.miou,
        iou=seen.iou,
        truth=truth,
        agreements=required(tally.each["agreement"][:, at]),
        foregrounds=spread(tally.each["foreground"][:, at]),
        worst_tiles=required(tally.each["worst_tile"][:, at]),
    )


def _truths(tally: Tally) -> list[Truth | None]:
    """Of the reference and of each artifact."""
    models = tally.each["milliseconds"].shape[1]
    none: list[Truth | None] = [None] * models
    if "truth" not in tally.each:
        return none
    counts = tally.each["truth"]
    whole = counts.sum(0, dtype=np.int64)
    miou, ious = truth_miou(whole), iou(whole)
    if np.isnan(miou[0]):
        return none  # Every pixel of every mask is ignored.
    return [
        Truth(
            miou=float(miou[at]),
            iou={int(c): float(ious[at, c]) for c in np.flatnonzero(whole[at, 1])},
            drop=float(miou[0] - miou[at]) * 100,
            drop_interval=ends,
        )
        for at, ends in enumerate([None, *points(counts, truth_miou)])
    ]
