"""Two class maps as a confusion matrix: the number of pixels for each pair of classes."""

from __future__ import annotations

from dataclasses import dataclass
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


MIN_SHARE = 0.01
"""The least share of the first map's pixels for which a class is judged by its own IoU: the IoU of
a few pixels shows only their position."""


@dataclass(frozen=True, kw_only=True)
class Shares:
    """Two class maps against each other, the golden or the reference first.

    agreement     share of pixels with one class, 0–1
    foreground    the same over pixels where either is not class 0; None where there are none
    iou           per class present in either map: |both| / |either|
    miou          mean of `iou`
    large         the classes that cover LEAST of the first map
    varied        share of pixels that are not of the first map's commonest class, 0–1
    kappa         Cohen's: (o − e) / (1 − e) with o the share of pixels with one class, and e that
                  expected of maps that show each class as often but independently, Σ first·second
                  of each class's shares; 1 where equal, 0 by chance, down to −1 (J. Cohen, A
                  Coefficient of Agreement for Nominal Scales, 1960)
    """

    agreement: float
    foreground: float | None
    iou: dict[int, float]
    miou: float
    large: tuple[int, ...] = ()
    varied: float = 1.0
    kappa: float = 1.0

    @property
    def lowest(self) -> int:
        """The large class of lowest IoU."""
        return min(self.large, key=lambda index: self.iou[index])

    @property
    def miou_large(self) -> float:
        """Mean of the IoU of the large classes: a stray pixel of another does not halve it."""
        return sum(self.iou[index] for index in self.large) / len(self.large)


def shares(pairs: Pairs) -> Shares:
    """The shares from a confusion matrix of at least one pixel."""
    classes = 1 + max(max(row, column) for row, column, _ in pairs)
    table = np.zeros((classes, classes), np.int64)
    add(table, pairs)
    return table_shares(table)


def table_shares(table: Table) -> Shares:
    """The same from a sum of confusion matrices, of at least one pixel."""
    pixels, same, background = int(table.sum()), int(table.trace()), int(table[0, 0])
    every, first, second = iou(sides(table)), table.sum(1), table.sum(0)
    # Counts, not shares: of maps that agree by chance exactly 0 comes out.
    chance = sum(int(a) * int(b) for a, b in zip(first, second, strict=True))
    occurring = {int(c): float(every[c]) for c in np.flatnonzero(~np.isnan(every))}
    large = np.flatnonzero(first >= MIN_SHARE * pixels)
    return Shares(
        agreement=same / pixels,
        foreground=(same - background) / (pixels - background) if pixels > background else None,
        iou=occurring,
        miou=sum(occurring.values()) / len(occurring),
        large=tuple(int(c) for c in large),
        varied=(pixels - int(first.max())) / pixels,
        # Both maps of one and the same class: 0 / 0, and they are equal.
        kappa=(pixels * same - chance) / (pixels**2 - chance) if pixels**2 > chance else 1.0,
    )


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
