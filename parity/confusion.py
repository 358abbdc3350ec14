"""Two class maps as a confusion matrix: how many pixels of each class the other shows as which."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Pairs = tuple[tuple[int, int, int], ...]
"""A confusion matrix without its zeros: (class in the first map, in the second, pixels)."""

Table = NDArray[np.int64]
"""A confusion matrix int64 [C, C]: row the class in the first map, column in the second."""


def confusion(first: NDArray[np.uint8], second: NDArray[np.uint8], classes: int) -> Pairs:
    """The confusion matrix of two class maps u8 of one shape, of classes 0 to `classes` - 1.

    Raises ValueError for another shape, or a class outside.
    """
    if first.shape != second.shape:
        raise ValueError(f"cannot compare class maps {first.shape} and {second.shape}")
    largest = max((int(one.max()) for one in (first, second) if one.size), default=0)
    if largest >= classes:
        raise ValueError(f"got class {largest}, expected 0 to {classes - 1}")
    counts = np.bincount(first.ravel().astype(np.int64) * classes + second.ravel())
    found = np.flatnonzero(counts)
    return tuple((int(at) // classes, int(at) % classes, int(counts[at])) for at in found)


def add(table: Table, pairs: Pairs) -> None:
    """Add a confusion matrix to a sum of them."""
    for row, column, pixels in pairs:
        table[row, column] += pixels


def sides(table: Table) -> Table:
    """Of each class the pixels that show it in both maps, in the first, in the second: [3, C]."""
    return np.stack([table.diagonal(), table.sum(1), table.sum(0)])


def iou(counts: NDArray[Any]) -> NDArray[np.float64]:
    """Intersection over union of every class, f64 [..., C], of the `sides` [..., 3, C]:
    |both| / (|first| + |second| - |both|) (Everingham et al., The PASCAL VOC Challenge, 2010).
    NaN for a class in neither map."""
    both, first, second = (counts[..., row, :].astype(np.float64) for row in range(3))
    with np.errstate(invalid="ignore"):
        result: NDArray[np.float64] = both / (first + second - both)
    return result


def truth_miou(counts: NDArray[Any]) -> NDArray[np.float64]:
    """Mean of the `iou` [..., C] over the classes that occur in the first map, the truth.

    So one stray pixel of a class that no mask has costs the classes that it lies in, and does not
    put a 0 into the mean. Where all classes occur, as in VOC, it is VOC's mean. NaN where none do.
    """
    present = counts[..., 1, :] > 0
    total = np.where(present, np.nan_to_num(iou(counts)), 0).sum(-1)
    with np.errstate(invalid="ignore"):
        result: NDArray[np.float64] = np.asarray(total / present.sum(-1))
    return result
