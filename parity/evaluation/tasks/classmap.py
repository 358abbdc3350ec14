"""What is recorded of a class map: pairs of classes, pixel by pixel."""

from __future__ import annotations

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
