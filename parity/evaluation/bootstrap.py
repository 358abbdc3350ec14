"""The confidence interval of a drop in a figure: its range over other images of the same kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

DRAWS = 2000
"""Enough for the ends of a 95 % interval: 50 draws lie beyond each (Efron and Tibshirani, An
Introduction to the Bootstrap, 1993, 14.3, advise 1,000 or more)."""

SEED = 0

CONFIDENCE = 0.95

Figure = Callable[[NDArray[Any]], NDArray[np.float64]]
"""A figure of each model, f64 [M], from its counts [M, …], summed over images."""


def drop_intervals(counts: NDArray[Any], figure: Figure) -> NDArray[np.float64]:
    """The bootstrap 95 % interval of each artifact's drop in the figure: f64 [A, 2], its two ends,
    NaN where no draw has the figure.

    `counts` [n, 1 + A, …] are what the figure is made of, of each of n images: of the float
    reference, then of each of A artifacts, unsigned integers. The percentile method: DRAWS times, n
    of the images are drawn with replacement, the same for all, their counts summed, and the drop
    taken, figure of the reference - figure of the artifact; the interval lies between its 2.5th and
    97.5th percentile, linearly interpolated. Images are what is drawn, not pixels: those of one
    image are not independent. SEED makes it the same every time.
    """
    images, models = counts.shape[:2]
    flat = counts.reshape(images, -1).astype(np.float64)
    rng = np.random.default_rng(SEED)
    drops = np.empty((DRAWS, models - 1))
    for row in drops:
        times = np.bincount(rng.integers(images, size=images), minlength=images)
        # Whole numbers below 2^53: exact in doubles, in any order of addition.
        found = figure((times @ flat).reshape(counts.shape[1:]))
        row[:] = found[0] - found[1:]
    tail = (1 - CONFIDENCE) / 2
    ends = np.full((models - 1, 2), np.nan)
    for index, column in enumerate(drops.T):
        known = column[~np.isnan(column)]
        if known.size:
            ends[index] = np.quantile(known, [tail, 1 - tail])
    return ends


def points(counts: NDArray[Any], figure: Figure) -> list[tuple[float, float] | None]:
    """The same of each artifact in points, hundredths; None below two images, and where no draw has
    the figure."""
    artifacts = counts.shape[1] - 1
    if len(counts) < 2:
        return [None] * artifacts
    ends = drop_intervals(counts, figure) * 100
    return [None if np.isnan(low) else (float(low), float(high)) for low, high in ends]
