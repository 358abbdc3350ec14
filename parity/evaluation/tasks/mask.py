"""What is recorded of a mask: as of a class map, of two classes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from onpar.parity.contract.steps.threshold import Threshold
from onpar.parity.evaluation.tasks import classmap
from onpar.parity.evaluation.tasks.classmap import ClassMapSeen
from onpar.parity.evaluation.tasks.output import Output
from onpar.parity.image.mask import IGNORED_CLASS


class MaskSeen(ClassMapSeen, frozen=True, tag_field="step", tag="threshold"):
    """A model's mask of an image; class 1 is what is above the threshold."""


def compare(
    step: Threshold, got: Output, reference: Output, truth: NDArray[np.uint8] | None
) -> MaskSeen:
    """Compare a mask with the reference's and with the given one, both u8 [h, w]. Raises
    ValueError as for a class map."""
    found = classmap.compare(step, got, reference, truth)
    return MaskSeen(found.confusion, found.worst_tile, found.truth)


def fault(mask: NDArray[np.uint8], step: Threshold) -> str:
    """Many tools write a mask as 0 and 255. Here 255 is ignored, so the figures would be those of
    the background alone."""
    values = np.unique(mask)
    if IGNORED_CLASS not in values or 1 in values:
        return ""
    return (
        f"has {IGNORED_CLASS}, which is ignored, and no 1; write 1 where the photo shows "
        f"{step.classes[1]}, as in `(mask == 255).astype('uint8')`"
    )
