"""Pillow's antialiased bilinear resize in its own fixed-point arithmetic, exact to the bit.

This is the reference that the Java and C++ cores mirror line by line: IEEE doubles for the
filter's weights, integers for the pixels. A port must not let its compiler contract the doubles
into fused multiply-adds (`-ffp-contract=off`).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

U8 = npt.NDArray[np.uint8]

WEIGHT_BITS = 22
"""Fraction bits of a weight: PRECISION_BITS in Pillow's src/libImaging/Resample.c, 32 - 8 - 2."""

BLOCK = 1 << 16
"""Accumulators processed at once (256 KiB of int32), so that they stay in the cache."""


def resize(image: U8, height: int, width: int) -> U8:
    """Pillow's antialiased bilinear: u8 [H, W, 3] to u8 [height, width, 3].

    Equal to `im.resize((width, H), BILINEAR).resize((width, height), BILINEAR)`: the horizontal
    pass first, rounded to u8 between the passes, each pass skipped when its side already has the
    size. Raises ValueError for another shape or dtype, or for a size below 1.
    """
    return resize_window(image, (height, width), (0, 0), (height, width))


def resize_window(
    image: U8, size: tuple[int, int], corner: tuple[int, int], window: tuple[int, int]
) -> U8:
    """The window [height, width] at corner (top, left) of the image resized to size.

    Only the window is computed, so a crop of a very long image costs only the crop.
    """
    check_image(image)
    if min(size) < 1:
        raise ValueError(f"resize: got the size {size[0]}x{size[1]}; both sides must be positive")
    rows, columns = image.shape[:2]
    (top, left), (height, width) = corner, window
    if columns != size[1]:
        first, weights = _weights(columns, size[1], left, width)
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
    first, weights = _weights(rows, size[0], top, height)
    return _apply(across.reshape(rows, -1), first, weights).reshape(height, width, 3)


def _weights(
    length: int, size: int, start: int, count: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
    """First source index [count] and weights [taps, count] of the outputs from `start` on.

    precompute_coeffs and normalize_coeffs_8bpc of Pillow's Resample.c, for its triangle filter:
    doubles summed from the first tap to the last, normalised to 1, rounded to WEIGHT_BITS.
    """
    scale = length / size
    support = max(scale, 1.0)
    centre = (np.arange(start, start + count) + 0.5) * scale
    first = np.maximum((centre - support + 0.5).astype(np.int64), 0)
    end = np.minimum((centre + support + 0.5).astype(np.int64), length)
    triangle = np.zeros((int((end - first).max()), count))
    total = np.zeros(count)
    for tap, row in enumerate(triangle):
        source = first + tap
        distance = np.abs((source - centre + 0.5) * (1.0 / support))
        row[:] = np.where((source < end) & (distance < 1.0), 1.0 - distance, 0.0)
        total += row
    return first, (triangle / total * (1 << WEIGHT_BITS) + 0.5).astype(np.int32)


def _apply(lines: U8, first: npt.NDArray[np.int64], weights: npt.NDArray[np.int32]) -> U8:
    """u8 [length, m] to u8 [count, m]: out[o] = Σ weights[t, o] · lines[first[o] + t], rounded.

    The sum fits int32: the weights of an output add up to 1 << 22, times at most 255.
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


def check_image(image: U8) -> None:
    """Raise ValueError unless the image is u8 [H, W, 3] with a pixel in it."""
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3 or 0 in image.shape:
        raise ValueError(
            f"got {image.dtype} {list(image.shape)}, expected uint8 [height, width, 3]; "
            "decode the file first"
        )
