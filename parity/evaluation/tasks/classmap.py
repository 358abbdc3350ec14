"""What is recorded of a class map: pairs of classes, pixel by pixel."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator

import msgspec
import numpy as np
from numpy.typing import NDArray

from onpar.parity.contract.classmap import worst_tile
from onpar.parity.contract.confusion import Pairs, confusion
from onpar.parity.contract.steps.argmax import Argmax
from onpar.parity.contract.steps.threshold import Threshold
from onpar.parity.evaluation.tasks.output import Output
from onpar.parity.image.mask import IGNORED_CLASS


class ClassMapSeen(msgspec.Struct, frozen=True, tag_field="step", tag="argmax"):
    """A model's class map of an image.

    confusion    the float reference's class map × this one; they add up over images
    worst_tile   `classmap.worst_tile`'s share, 0–1
    truth        mask × this class map, without the pixels that are ignored; None: no mask
    """

    confusion: Pairs
    worst_tile: float
    truth: Pairs | None


def compare(
    step: Argmax | Threshold, got: Output, reference: Output, truth: NDArray[np.uint8] | None
) -> ClassMapSeen:
    """Compare a class map with the reference's, and with the mask u8 [h, w].

    Raises ValueError if the shapes differ, or a class is not the model's.
    """
    [classes], [expected], count = got.shown, reference.shown, len(step.classes)
    pairs = confusion(expected, classes, count)
    tile, _ = worst_tile(classes != expected)
    return ClassMapSeen(pairs, tile, against(truth, classes, count))


def against(
    truth: NDArray[np.uint8] | None, shown: NDArray[np.uint8], classes: int
) -> Pairs | None:
    """The confusion matrix of a mask and a class map, without the pixels that are ignored."""
    if truth is None:
        return None
    counted = truth != IGNORED_CLASS
    return confusion(truth[counted], shown[counted], classes)


def record_faults(
    step: Argmax | Threshold,
    shape: tuple[int, ...],
    got: ClassMapSeen,
    reference: ClassMapSeen,
    truth: str,
) -> Iterator[str]:
    """How a record of a class map of this shape contradicts itself or the float reference's, as
    `Task.record_faults`; also of a mask, which has two classes."""
    classes, pixels = len(step.classes), math.prod(shape)
    yield from _pair_faults("confusion", got.confusion, classes)
    counted = sum(count for _, _, count in got.confusion)
    if counted != pixels:
        yield f"confusion has {counted:,} pixels, expected {pixels:,}"
    if got is reference and any(row != column for row, column, _ in got.confusion):
        yield "confusion has two classes of one pixel, expected the reference against itself"
    if _by_class(got.confusion, 0) != _by_class(reference.confusion, 0):
        yield "confusion has not as many pixels of each class as the reference, expected the same"
    if not 0 <= got.worst_tile <= 1:
        yield f"worst_tile is {got.worst_tile:g}, expected 0 to 1"
    if (got.truth is not None) != bool(truth):
        found, known = ("no", "a mask") if truth else ("a", "no mask")
        yield f"it has {found} comparison with a mask, expected what the record says: {known}"
    if got.truth is None or reference.truth is None:
        return
    yield from _pair_faults("truth", got.truth, classes)
    if _by_class(got.truth, 0) != _by_class(reference.truth, 0):
        yield "truth has another mask than the reference's, expected the same"
    # Pixels that are ignored are in a class map, and not in its comparison with the mask.
    more = _by_class(got.truth, 1) - _by_class(got.confusion, 1)
    if more:
        yield f"truth has more pixels of class {min(more)} than confusion, expected no more"


def _pair_faults(name: str, pairs: Pairs, classes: int) -> Iterator[str]:
    for row, column, pixels in pairs:
        for one in (row, column):
            if not 0 <= one < classes:
                yield f"{name} has class {one}, expected 0 to {classes - 1}"
        if pixels < 1:
            yield f"{name} has {pixels:,} pixels of two classes, expected 1 or more"


def _by_class(pairs: Pairs, side: int) -> Counter[int]:
    """The pixels of each class in the first map (0) or the second (1)."""
    found: Counter[int] = Counter()
    for pair in pairs:
        found[pair[side]] += pair[2]
    return found
