"""Pillow's antialiased filters in its own fixed-point arithmetic, exact to the bit.

This is the reference that the Java and C++ cores mirror line by line: IEEE doubles for the
filter's weights, integers for the pixels. A port must not let its compiler contract the doubles
into fused multiply-adds (`-ffp-contract=off`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

U8 = npt.NDArray[np.uint8]
F64 = npt.NDArray[np.float64]

WEIGHT_BITS = 22
"""Fraction bits of a weight: PRECISION_BITS in Pillow's src/libImaging/Resample.c, 32 - 8 - 2."""

BLOCK = 1 << 16
"""Accumulators processed at once (256 KiB of int32), so that they stay in the cache."""


@dataclass(frozen=True)
class Kernel:
    """A filter's weight by the distance from the centre, in pixels, and the distance from which it
    is 0."""

    support: float
    weight: Callable[[F64], F64]


def _triangle(distance: F64) -> F64:
    return np.where(distance < 1.0, 1.0 - distance, 0.0)


def _cubic(x: F64) -> F64:
    """Keys' kernel with a = -0.5: bicubic_filter of Resample.c, in its order of operations."""
    a = -0.5
    inner = ((a + 2.0) * x - (a + 3.0)) * x * x + 1
    outer = (((x - 5) * x + 8) * x - 4) * a
    return np.where(x < 1.0, inner, np.where(x < 2.0, outer, 0.0))


KERNELS: Mapping[str, Kernel] = {
    "bilinear": Kernel(1.0, _triangle),
    "bicubic": Kernel(2.0, _cubic),
}
"""By the name of the filter, one of `onpar.parity.limits.limits.FILTERS`."""


def antialiased_window(
    image: U8, size: tuple[int, int], corner: tuple[int, int], window: tuple[int, int], filter: str
) -> U8:
    """The window [height, width] at corner (top, left) of u8 [H, W, 3] resized to size.

    The horizontal pass comes first, rounded to u8 between the passes; each pass is skipped when its
    side already has the size.
    """
    kernel = KERNELS[filter]
    rows, columns = image.shape[:2]
    (top, left), (height, width) = corner, window
    if columns != size[1]:
        first, weights = _weights(columns, size[1], left, width, kernel)
        across = np.empty((rows, width, 3), np.uint8)
        step = max(16, 4 * BLOCK // (3 * columns))
        for start in range(0, rows, step):
            strip = image[start : start + step].transpose(1, 0, 2)
            lines = np.ascontiguousarray(strip).reshape(columns, -1)
            across[start : start + step] = (
                _apply(lines, first, weights).reshape(width, -1, 3).transpose(1, 0, 2)
            )
    else:
        across = image[:, left : left + width]
    if rows == size[0]:
        return across[top : top + height].copy()
    first, weights = _weights(rows, size[0], top, height, kernel)
    return _apply(across.reshape(rows, -1), first, weights).reshape(height, width, 3)


def _weights(
    length: int, size: int, start: int, count: int, kernel: Kernel
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
    """First source index [count] and weights [taps, count] of the outputs from `start` on.

    precompute_coeffs and normalize_coeffs_8bpc of Pillow's Resample.c: doubles summed from the
    first tap to the last, normalised to 1, rounded to WEIGHT_BITS, halves away from 0.
    """
    scale = length / size
    stretch = max(scale, 1.0)
    support = kernel.support * stretch
    centre = (np.arange(start, start + count) + 0.5) * scale
    first = np.maximum((centre - support + 0.5).astype(np.int64), 0)
    end = np.minimum((centre + support + 0.5).astype(np.int64), length)
    weights = np.zeros((int((end - first).max()), count))
    total = np.zeros(count)
    for tap, row in enumerate(weights):
        source = first + tap
        distance = np.abs((source - centre + 0.5) * (1.0 / stretch))
        row[:] = np.where(source < end, kernel.weight(distance), 0.0)
        total += row
    fixed = weights / total * (1 << WEIGHT_BITS)
    return first, (fixed + np.where(fixed < 0, -0.5, 0.5)).astype(np.int32)


def _apply(lines: U8, first: npt.NDArray[np.int64], weights: npt.NDArray[np.int32]) -> U8:
    """u8 [length, m] to u8 [count, m]: out[o] = Σ weights[t, o] · lines[first[o] + t], rounded.

    The sum fits int32: the absolute weights of an output add up to at most 1.25 · (1 << 22), times
    at most 255.
    """
    count, m = first.size, lines.shape[1]
    out = np.empty((count, m), np.uint8)
    step = max(1, BLOCK // m)
    for start in range(0, count, step):
        block = slice(start, start + step)
        total = np.full(out[block].shape, 1 << (WEIGHT_BITS - 1), np.int32)
        for tap, weight in enumerate(weights[:, block]):
            # Beyond an output's last tap its weight is 0: any valid source line will do.
            total += lines.take(first[block] + tap, axis=0, mode="clip") * weight[:, np.newaxis]
        out[block] = np.clip(total >> WEIGHT_BITS, 0, 255)
    return out
