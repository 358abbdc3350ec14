"""A figure over images, each counted once; and the images where it is worst."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

WORST_IMAGES = 6
"""How many images of each artifact are shown."""


@dataclass(frozen=True)
class Spread:
    """A figure over images: mean, sample standard deviation (over n - 1; None for one image), the
    lowest and the highest, and of how many images."""

    mean: float
    sd: float | None
    lowest: float
    highest: float
    images: int


@dataclass(frozen=True)
class Worst:
    """An image, and its figure: of class maps and masks the share of its pixels that show the
    reference's class, 0–1; of labels by how much the reference scores its own first label above the
    artifact's."""

    image: str
    figure: float


def spread(values: NDArray[np.float64]) -> Spread | None:
    """Of a figure of each image, NaN where an image has none; None if none has."""
    known = values[~np.isnan(values)]
    if not known.size:
        return None
    return Spread(
        mean=float(known.mean()),
        sd=float(known.std(ddof=1)) if known.size > 1 else None,
        lowest=float(known.min()),
        highest=float(known.max()),
        images=int(known.size),
    )


def required(values: NDArray[np.float64]) -> Spread:
    """The same of a figure that every image has."""
    found = spread(values)
    assert found is not None
    return found


def worst(
    images: Sequence[str], figure: NDArray[Any], order: NDArray[Any], differ: NDArray[np.bool_]
) -> tuple[Worst, ...]:
    """Up to WORST_IMAGES images of those that `differ`, the lowest `order` first, of equals the
    first in the order given."""
    places = [at for at in np.argsort(order, kind="stable") if differ[at]]
    return tuple(Worst(images[at], float(figure[at])) for at in places[:WORST_IMAGES])
