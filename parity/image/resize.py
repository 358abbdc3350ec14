"""Resizes with the filters of the image contract: Pillow's antialiased ones, OpenCV's plain ones.

Each is exact to the bit in Python, Java and C++: `onpar.parity.image.antialiased` and
`onpar.parity.image.plain` specify the arithmetic.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from onpar.parity.image.antialiased import antialiased_window
from onpar.parity.image.plain import plain_window

U8 = npt.NDArray[np.uint8]


def resize(
    image: U8, height: int, width: int, filter: str = "bilinear", antialias: bool = True
) -> U8:
    """u8 [H, W, 3] to u8 [height, width, 3].

    `filter` is one of `onpar.parity.limits.limits.FILTERS`. With `antialias` the result is that of
    `im.resize((width, H), BILINEAR).resize((width, height), BILINEAR)` of Pillow (or BICUBIC); else
    that of OpenCV's INTER_LINEAR, and for bicubic at most one level from its INTER_CUBIC. Raises
    ValueError for another shape or dtype, or for a size below 1.
    """
    window = (height, width)
    return resize_window(image, window, (0, 0), window, filter, antialias)


def resize_window(
    image: U8,
    size: tuple[int, int],
    corner: tuple[int, int],
    window: tuple[int, int],
    filter: str = "bilinear",
    antialias: bool = True,
) -> U8:
    """The window [height, width] at corner (top, left) of the image resized to size.

    Only the window is computed, so a crop of a very long image costs only the crop.
    """
    check_image(image)
    if min(size) < 1:
        raise ValueError(f"resize: got the size {size[0]}x{size[1]}; both sides must be positive")
    resized = antialiased_window if antialias else plain_window
    return resized(image, size, corner, window, filter)


def check_image(image: U8) -> None:
    """Raise ValueError unless the image is u8 [H, W, 3] with a pixel in it."""
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3 or 0 in image.shape:
        raise ValueError(
            f"got {image.dtype} {list(image.shape)}, expected uint8 [height, width, 3]; "
            "decode the file first"
        )
