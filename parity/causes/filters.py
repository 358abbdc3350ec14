"""The resize filters of other libraries: u8 [H, W, 3] to u8 [h, w, 3].

PIL is imported where it is used, so a check without a fault does not import it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np

from onpar.parity.causes import Tensor

Size = tuple[int, int]
"""Height and width."""

Filter = Callable[[Tensor, Size], Tensor]


def pillow(image: Tensor, size: Size, name: str = "BILINEAR") -> Tensor:
    """Pillow's antialiased filter of this name."""
    from PIL import Image

    whole = Image.fromarray(np.ascontiguousarray(image))
    return np.asarray(whole.resize((size[1], size[0]), Image.Resampling[name]))


def nearest(image: Tensor, size: Size, half_pixel: bool) -> Tensor:
    """The pixel under a pixel's centre, as Pillow and Skia do; with `half_pixel=False` the one
    under its corner, as OpenCV and `interpolate(mode="nearest")` do."""
    offset = 0.5 if half_pixel else 0.0
    for axis in (0, 1):
        scale = image.shape[axis] / size[axis]
        image = image.take(((np.arange(size[axis]) + offset) * scale).astype(np.int64), axis)
    return image


def centres(length: int, size: int) -> Tensor:
    """The positions of the pixels' centres in the source, in its pixels."""
    return (np.arange(size) + 0.5) * length / size - 0.5


def corners(length: int, size: int) -> Tensor:
    """The pixels' corners instead of their centres: half a pixel off."""
    return np.arange(size) * (length / size)


def ends(length: int, size: int) -> Tensor:
    """`align_corners=True`: the first and the last pixels' centres stay."""
    return np.arange(size) * ((length - 1) / max(size - 1, 1))


def taps(
    image: Tensor,
    size: Size,
    kernel: Callable[[Tensor], Tensor],
    reach: int,
    at: Callable[[int, int], Tensor],
) -> Tensor:
    """A filter of 2·reach taps at any scale, as OpenCV and `interpolate(antialias=False)`."""
    out: Tensor = image
    for axis in (0, 1):
        length = image.shape[axis]
        where = at(length, size[axis])
        low = np.floor(where).astype(np.int64)
        total = np.float64(0)
        for tap in range(1 - reach, reach + 1):
            weight = np.expand_dims(kernel(where - low - tap), [a for a in range(3) if a != axis])
            total = total + out.take((low + tap).clip(0, length - 1), axis) * weight
        out = np.asarray(total)
    return out.round().clip(0, 255).astype(np.uint8)


def triangle(x: Tensor) -> Tensor:
    """Linear interpolation."""
    return np.asarray(np.maximum(1 - np.abs(x), 0))


def cubic(x: Tensor, a: float = -0.75) -> Tensor:
    """Keys' kernel with OpenCV's and PyTorch's a."""
    x = np.abs(x)
    inner = ((a + 2) * x - (a + 3)) * x * x + 1
    outer = ((a * x - 5 * a) * x + 8 * a) * x - 4 * a
    return np.where(x <= 1, inner, np.where(x < 2, outer, 0))


CONTRACT_FILTER: Filter = pillow

WRONG_FILTERS: Mapping[str, Filter] = {
    "the resize takes the nearest pixel instead of antialiased bilinear": (
        partial(nearest, half_pixel=True)
    ),
    "the resize takes the nearest pixel, half a pixel off": partial(nearest, half_pixel=False),
    "the resize is bilinear without antialias": (
        partial(taps, kernel=triangle, reach=1, at=centres)
    ),
    "the resize is bilinear without antialias and half a pixel off": (
        partial(taps, kernel=triangle, reach=1, at=corners)
    ),
    "the resize is bilinear without antialias and aligns corners": (
        partial(taps, kernel=triangle, reach=1, at=ends)
    ),
    "the resize is bicubic": partial(pillow, name="BICUBIC"),
    "the resize is bicubic without antialias": partial(taps, kernel=cubic, reach=2, at=centres),
    "the resize takes the mean of an area (box filter)": partial(pillow, name="BOX"),
    "the resize is Lanczos": partial(pillow, name="LANCZOS"),
}
