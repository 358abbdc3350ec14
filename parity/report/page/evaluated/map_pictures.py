"""Pictures of an image's class maps or masks: the truth's, float's and an artifact's."""

from __future__ import annotations

from typing import ClassVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from onpar.parity.contract.steps.argmax import Argmax
from onpar.parity.contract.steps.threshold import Threshold
from onpar.parity.evaluation.tasks.output import Output
from onpar.parity.image.mask import IGNORED_CLASS
from onpar.parity.report.page.legend import describe, shares
from onpar.parity.report.page.pictures import UNKNOWN, Picture, class_picture
from onpar.parity.report.page.scale import Colour

VOID: Colour = (224, 224, 192)
"""The colour of ignored pixels: that of VOC's own masks."""


class MapPictures(msgspec.Struct, frozen=True, tag_field="kind", tag="maps"):
    """The mask, if there is one, and the class maps of both models."""

    kind: ClassVar[str] = "maps"

    truth: Picture | None
    reference: Picture
    artifact: Picture


def map_pictures(
    name: str,
    truth: NDArray[np.uint8] | None,
    reference: Output,
    artifact: Output,
    step: Argmax | Threshold,
) -> MapPictures:
    """Pictures of the class maps u8 [h, w] of an image."""
    mask = None
    if truth is not None:
        known = [*step.palette, *[UNKNOWN] * (IGNORED_CLASS - len(step.palette)), VOID]
        what = describe(shares(truth[truth != IGNORED_CLASS]), step)
        mask = class_picture(truth, known, f"Mask of {name}: {what}")
    what = "mask" if isinstance(step, Threshold) else "class map"
    return MapPictures(
        mask,
        _picture(f"Float's {what} of {name}", reference, step),
        _picture(f"The artifact's {what} of {name}", artifact, step),
    )


def _picture(title: str, output: Output, step: Argmax | Threshold) -> Picture:
    [classes] = output.shown
    return class_picture(classes, step.palette, f"{title}: {describe(shares(classes), step)}")
