"""OpenCV's filters without antialiasing, as its `resize` computes them for 8 bits.

This is the reference that the Java and C++ cores mirror line by line: float32 for the weights,
each operation rounded in the order written and none fused, and integers for the pixels. The source
of the formulas is modules/imgproc/src/resize.cpp of OpenCV.

Measured against opencv-python-headless 5.0.0 (x86-64) on photos and noise, made larger and smaller,
by factors of 2 and by others: `bilinear` is equal to the bit, with and without IPP (31 million
values). `bicubic` is at most one level apart: in 0.007% of the values without IPP, as OpenCV's
vector path multiplies in float where its scalar path has integers, and in 3% with Intel's IPP.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]
I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]

ONE = np.float32(2048)
"""A weight of 1: INTER_RESIZE_COEF_SCALE, 11 bits."""

BLOCK = 1 << 18
"""Sums of a strip of rows that are held at once (1 MiB of int32)."""


@dataclass(frozen=True)
class PlainFilter:
    """`first` is the first tap, counted from the pixel below the position; `weights` gives the
    weight of each tap for the fractions of the positions; `down` makes levels of the sums [taps,
    h, …] of rows and their weights. `kept` says that a position outside the image is moved to its
    edge in the horizontal pass."""

    first: int
    weights: Callable[[F32], tuple[F32, ...]]
    down: Callable[[I32, I32], I32]
    kept: bool


def _linear(x: F32) -> tuple[F32, ...]:
    return np.float32(1) - x, x


def _cubic(x: F32) -> tuple[F32, ...]:
    """Keys' kernel with a = -0.75: interpolateCubic."""
    a, one = np.float32(-0.75), np.float32(1)
    two, three, four, five, eight = (np.float32(n) for n in (2, 3, 4, 5, 8))
    k0 = ((a * (x + one) - five * a) * (x + one) + eight * a) * (x + one) - four * a
    k1 = ((a + two) * x - (a + three)) * x * x + one
    k2 = ((a + two) * (one - x) - (a + three)) * (one - x) * (one - x) + one
    return k0, k1, k2, one - k0 - k1 - k2


def _linear_down(sums: I32, weights: I32) -> I32:
    """VResizeLinear of uchar: four bits are dropped before the product, sixteen after it."""
    products: I32 = ((sums >> 4) * weights) >> 16
    levels: I32 = (products[0] + products[1] + 2) >> 2
    return levels


def _cubic_down(sums: I32, weights: I32) -> I32:
    """FixedPtCast of VResizeCubic. The sum fits int32: the absolute weights of an axis add up to at
    most 1.375 · 2048."""
    total: I32 = np.add.reduce(sums * weights, dtype=np.int32)
    return (total + (1 << 21)) >> 22


FILTERS: Mapping[str, PlainFilter] = {
    "bilinear": PlainFilter(0, _linear, _linear_down, kept=True),
    "bicubic": PlainFilter(-1, _cubic, _cubic_down, kept=False),
}
"""By the name of the filter, one of `onpar.parity.limits.limits.FILTERS`."""


def plain_window(
    image: U8, size: tuple[int, int], corner: tuple[int, int], window: tuple[int, int], filter: str
) -> U8:
    """The window [height, width] at corner (top, left) of u8 [H, W, 3] resized to size.

    Both passes keep their fractions: only the levels at the end are rounded. An image of the size
    is copied.
    """
    (top, left), (height, width) = corner, window
    if image.shape[:2] == size:
        return image[top : top + height, left : left + width].copy()
    by = FILTERS[filter]
    rows, down = _taps(image.shape[0], size[0], top, height, by)
    columns, across = _taps(image.shape[1], size[1], left, width, by, horizontal=True)
    out = np.empty((height, width, 3), np.uint8)
    step = max(1, BLOCK // (3 * width))
    for start in range(0, height, step):
        strip = slice(start, start + step)
        # Rows between those that are taken need no horizontal pass.
        taken, place = np.unique(rows[:, strip], return_inverse=True)
        sums = _across(image[taken], columns, across)
        weights = down[:, strip, np.newaxis, np.newaxis]
        levels = by.down(sums[place.reshape(rows[:, strip].shape)], weights)
        out[strip] = levels.clip(0, 255)
    return out


def _taps(
    length: int, size: int, start: int, count: int, by: PlainFilter, horizontal: bool = False
) -> tuple[I64, I32]:
    """Source indices and weights [taps, count] of the outputs from `start` on; beyond the image its
    edge is repeated."""
    scale = 1.0 / (size / length)
    position = ((np.arange(start, start + count) + 0.5) * scale - 0.5).astype(np.float32)
    low = np.floor(position)
    fraction = position - low
    below = low.astype(np.int64)
    if horizontal and by.kept:
        fraction = np.where((below < 0) | (below >= length - 1), np.float32(0), fraction)
        below = below.clip(0, length - 1)
    weights = [np.rint(one * ONE).astype(np.int32) for one in by.weights(fraction)]
    taps = np.arange(by.first, by.first + len(weights))
    return (below + taps[:, np.newaxis]).clip(0, length - 1), np.stack(weights)


def _across(rows: U8, columns: I64, weights: I32) -> I32:
    """The horizontal pass: i32 [n, count, 3] of u8 [n, W, 3]."""
    total = np.zeros((rows.shape[0], columns.shape[1], 3), np.int32)
    for indices, weight in zip(columns, weights, strict=True):
        total += rows[:, indices] * weight[:, np.newaxis]
    return total
