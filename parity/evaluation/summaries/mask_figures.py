"""The figures of masks: agreement and IoU against float, and IoU against the given masks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from onpar.parity.contract.confusion import iou, shares, sides, table_shares
from onpar.parity.contract.steps.threshold import Threshold
from onpar.parity.evaluation.bootstrap import points
from onpar.parity.evaluation.spread import Spread, required, spread, worst
from onpar.parity.evaluation.summaries.pixels import pixel_row
from onpar.parity.evaluation.summaries.summary import Summary
from onpar.parity.evaluation.tally import Row, Tally
from onpar.parity.evaluation.tasks.mask import MaskSeen

ABOVE = 1
"""The class of what is above the threshold."""


@dataclass(frozen=True)
class MaskTruth:
    """A model's masks against the given ones, over all their pixels together.

    iou           |both| / |either| of the pixels above the threshold
    drop          the reference's `iou` less this one's, in points (hundredths); 0 for the reference
    drop_interval its bootstrap 95 % interval (onpar.parity.evaluation.bootstrap); None below two
                  images
    """

    iou: float
    drop: float
    drop_interval: tuple[float, float] | None


class MaskReference(msgspec.Struct, frozen=True, tag_field="step", tag="threshold"):
    """The two classes with their colours, and the float reference against the given masks; None:
    there are none, or none shows anything."""

    classes: tuple[str, ...]
    palette: tuple[tuple[int, int, int], ...]
    truth: MaskTruth | None


class MaskFigures(msgspec.Struct, frozen=True, tag_field="step", tag="threshold"):
    """An artifact against the float reference.

    Over all pixels of all images together:

    agreement    share that is on the reference's side of the threshold, 0–1
    iou          |both| / |either| of the pixels above it; None if neither has any
    truth        against the given masks; None where there are none

    Over the images, each counted once:

    agreements, worst_tiles   as above, and `classmap.worst_tile`
    ious                      over the images where either mask has a pixel
    """

    agreement: float
    iou: float | None
    truth: MaskTruth | None
    agreements: Spread
    ious: Spread | None
    worst_tiles: Spread


def row(step: Threshold, seen: Sequence[MaskSeen]) -> Row:
    """The shares of an image, f64 [A], and the sum of the confusion matrices, i64 [A, 2, 2]."""
    own = [shares(one.confusion) for one in seen[1:]]
    return pixel_row(
        seen,
        len(step.classes),
        agreement=[one.agreement for one in own],
        iou=[one.iou.get(ABOVE, np.nan) for one in own],
    )


def summary(step: Threshold, tally: Tally) -> Summary[MaskReference, MaskFigures]:
    """The figures of the reference and of each artifact."""
    reference, *truths = _truths(tally)
    each = tally.each
    figures = []
    for at, (table, truth) in enumerate(zip(tally.sums["confusion"], truths, strict=True)):
        whole = iou_above(sides(table))
        figures.append(
            MaskFigures(
                agreement=table_shares(table).agreement,
                iou=None if np.isnan(whole) else float(whole),
                truth=truth,
                agreements=required(each["agreement"][:, at]),
                ious=spread(each["iou"][:, at]),
                worst_tiles=required(each["worst_tile"][:, at]),
            )
        )
    return Summary(
        MaskReference(step.classes, step.palette, reference),
        tuple(figures),
        tuple(worst(tally.images, one, one, one < 1) for one in each["agreement"].T),
    )


def iou_above(counts: NDArray[Any]) -> NDArray[np.float64]:
    """IoU of the pixels above the threshold, of the `confusion.sides` [..., 3, 2]; NaN where there
    are none."""
    found: NDArray[np.float64] = iou(counts)[..., ABOVE]
    return found


def _truths(tally: Tally) -> list[MaskTruth | None]:
    """Of the reference and of each artifact."""
    counts = tally.each.get("truth")
    # Without a pixel in any mask there is nothing to find: IoU would be 0 for one stray pixel.
    if counts is None or not counts[:, 0, 1, ABOVE].any():
        return [None] * tally.each["milliseconds"].shape[1]
    found = iou_above(counts.sum(0, dtype=np.int64))
    return [
        MaskTruth(float(value), float(found[0] - value) * 100, ends)
        for value, ends in zip(found, [None, *points(counts, iou_above)], strict=True)
    ]
