"""The confidence interval of a drop in mIoU: its range over other images of the same kind."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from onpar.parity.contract.confusion import truth_miou

DRAWS = 2000
"""Enough for the ends of a 95 % interval: 50 draws lie beyond each (Efron and Tibshirani, An
Introduction to the Bootstrap, 1993, 14.3, advise 1,000 or more)."""

SEED = 0

CONFIDENCE = 0.95


def drop_intervals(counts: NDArray[np.uint32]) -> NDArray[np.float64]:
    """The bootstrap 95 % interval of each artifact's drop in mIoU: f64 [A, 2], its two ends.

    `counts` [n, 1 + A, 3, C] are the `confusion.sides` of each of n images' truth against the float
    reference, then against each of A artifacts. The percentile method: DRAWS times, n of the
    images are drawn with replacement, the same for all, their counts summed, and the drop taken,
    mIoU of the reference - mIoU of the artifact; the interval lies between its 2.5th and 97.5th
    percentile, linearly interpolated. Images are what is drawn, not pixels: those of one image
    are not independent. SEED makes it the same every time.
    """
    images, models = counts.shape[:2]
    flat = counts.reshape(images, -1).astype(np.float64)
    rng = np.random.default_rng(SEED)
    drops = np.empty((DRAWS, models - 1))
    for row in drops:
        times = np.bincount(rng.integers(images, size=images), minlength=images)
        # Whole numbers below 2^53: exact in doubles, in any order of addition.
        miou = truth_miou((times @ flat).reshape(counts.shape[1:]))
        row[:] = miou[0] - miou[1:]
    tail = (1 - CONFIDENCE) / 2
    ends: NDArray[np.float64] = np.nanquantile(drops, [tail, 1 - tail], axis=0).T
    return ends
