"""The classes that occur in a golden's and a capture's class map, and their share of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from onpar.parity.contract.steps.argmax import Argmax
from onpar.parity.contract.steps.threshold import Threshold
from onpar.parity.report.page.pictures import UNKNOWN
from onpar.parity.report.page.scale import Colour

Shares = Mapping[int, float]


@dataclass(frozen=True)
class ClassShare:
    """A class: name, colour, share of the pixels 0–1 in either map (None: no such map), IoU."""

    name: str
    colour: Colour
    golden: float | None
    captured: float | None
    iou: float | None


def shares(classes: NDArray[np.uint8]) -> dict[int, float]:
    """Share of the pixels of every class that occurs in a class map u8 [h, w]."""
    counts = np.bincount(classes.ravel())
    return {int(index): float(counts[index]) / classes.size for index in np.flatnonzero(counts)}


def legend(
    golden: Shares | None,
    captured: Shares | None,
    model: Argmax | Threshold,
    iou: Mapping[int, float],
) -> tuple[ClassShare, ...]:
    """The classes that occur in either map, the largest in the golden first."""
    occurring = sorted(
        {*(golden or {}), *(captured or {})},
        key=lambda index: (-(golden or {}).get(index, 0), index),
    )
    return tuple(
        ClassShare(
            class_name(index, model),
            model.palette[index] if index < len(model.palette) else UNKNOWN,
            None if golden is None else golden.get(index, 0.0),
            None if captured is None else captured.get(index, 0.0),
            iou.get(index),
        )
        for index in occurring
    )


def class_name(index: int, model: Argmax | Threshold) -> str:
    """The model's name of a class, or a text that it has none."""
    known = index < len(model.classes)
    return model.classes[index] if known else f"class {index}, not the model's"


def describe(found: Shares, model: Argmax | Threshold) -> str:
    """The classes as text, the largest first, for a picture's text alternative."""
    largest = sorted(found.items(), key=lambda item: -item[1])
    return ", ".join(f"{class_name(index, model)} {part:.0%}" for index, part in largest)
