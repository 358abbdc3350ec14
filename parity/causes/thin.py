"""Some rows and columns of a large image, for comparisons that need no more."""

from __future__ import annotations

import numpy as np

from onpar.parity.causes import Tensor

MAX_VALUES = 1 << 21
"""Pixels of a photo above which only some of its rows and columns are compared."""


def thin(image: Tensor) -> Tensor:
    """Every n-th row and column of an image [h, w, …], so that at most MAX_VALUES pixels are
    left."""
    step = int(np.ceil(np.sqrt(image.shape[0] * image.shape[1] / MAX_VALUES)))
    return image[::step, ::step]
