"""The number of values by the size of their error, on the scale of the error picture."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onpar.parity.report.page.scale import (
    COLOURS,
    EQUAL,
    LEVELS,
    NONFINITE,
    STEPS_WITHIN,
    Colour,
    Scale,
)


@dataclass(frozen=True)
class Bar:
    """One level of the scale: how many values, its height 0–1 (logarithmic), its colour."""

    level: int
    count: int
    height: float
    colour: Colour


@dataclass(frozen=True)
class Histogram:
    """Counts of values: in all, equal to the bit, above the scale's unit, not finite; and bars of
    the rest. `marks` are the powers of ten on the axis of counts, with their heights 0–1."""

    total: int
    equal: int
    above: int
    nonfinite: int
    bars: tuple[Bar, ...]
    marks: tuple[tuple[int, float], ...]


def histogram(error: NDArray[Any], scale: Scale) -> Histogram:
    """Count |error| of any shape, not empty, by level."""
    counts = np.bincount(scale.levels(error).ravel(), minlength=len(COLOURS)).tolist()
    top = math.log10(max(counts[:LEVELS]) + 1) or 1.0
    heights = [math.log10(count + 1) / top for count in counts]
    powers = range(math.floor(top) + 1)
    return Histogram(
        total=error.size,
        equal=counts[EQUAL],
        above=sum(counts[STEPS_WITHIN:LEVELS]),
        nonfinite=counts[NONFINITE],
        bars=tuple(Bar(n, counts[n], heights[n], COLOURS[n]) for n in range(LEVELS) if counts[n]),
        marks=tuple((10**p, math.log10(10**p + 1) / top) for p in powers),
    )
