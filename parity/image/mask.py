"""Masks: the true class of every pixel of a photo, in PASCAL VOC's form."""

from __future__ import annotations

from io import BytesIO

import numpy as np
from PIL.PngImagePlugin import PngImageFile

from onpar.parity.image.decode import PNG_START, ImageError
from onpar.parity.image.fit import Fitting, half_to_even, scaled_size
from onpar.parity.image.resize import U8
from onpar.parity.limits.limits import MAX_PIXELS

IGNORED_CLASS = 255
"""The value of ignored pixels: VOC's outlines, and pixels outside the photo."""


def read_mask(data: bytes, name: str, size: tuple[int, int], classes: int) -> U8:
    """The classes u8 [H, W] of a PNG: a palette's indices, never its colours, or 8-bit grey levels.

    `size` is the photo's height and width, `name` is only used in errors. Raises ImageError for
    another size, for a value that is neither below `classes` nor IGNORED, and for any other file.
    """
    if not data.startswith(PNG_START):
        raise ImageError(
            f"{name}: is not a PNG (it begins with {data[:8].hex(' ')}); masks are PNGs"
        )
    try:
        image = PngImageFile(BytesIO(data))
        width, height = image.size
        # IHDR's depth (PNG, 11.2.1): Pillow stretches grey levels of fewer bits to 0-255.
        if image.mode not in ("P", "L") or (image.mode == "L" and data[24] != 8):
            raise ImageError(
                f"{name}: is a PNG of {image.mode} with {data[24]} bits, expected a palette or "
                "8-bit grey, whose values are the classes"
            )
        if (height, width) != size or width * height > MAX_PIXELS:
            raise ImageError(
                f"{name}: is {width}x{height}, its photo {size[1]}x{size[0]}; both must have one "
                "size"
            )
        PngImageFile(BytesIO(data)).verify()
        mask = np.array(image)
    except (ImageError, MemoryError):
        raise
    except Exception as error:  # On hostile bytes Pillow raises a dozen undocumented exceptions.
        raise ImageError(
            f"{name}: is broken or not whole ({error}); copy or download it again"
        ) from error
    wrong = mask[(mask >= classes) & (mask != IGNORED_CLASS)]
    if wrong.size:
        raise ImageError(
            f"{name}: has class {int(wrong.max())}, the model 0 to {classes - 1} (and "
            f"{IGNORED_CLASS} is ignored); give the masks the model's class numbers"
        )
    return mask


def fit_mask(mask: U8, to: Fitting) -> U8:
    """Fit a mask u8 [H, W] to u8 [to.height, to.width], in the place of its photo (`fit`).

    Nearest neighbour: each pixel has the class of the one in which its centre lies, row
    floor((y + 1/2)·H / h). The padding of a letterbox is IGNORED.
    """
    height, width = to.height, to.width
    if to.fit == "stretch":
        return nearest(mask, height, width)
    scaled = scaled_size(mask.shape[0], mask.shape[1], to)
    if to.fit in ("crop", "shorter"):
        corner = (half_to_even(scaled[0] - height), half_to_even(scaled[1] - width))
        return _nearest(mask, scaled, corner, (height, width))
    top, left = (height - scaled[0]) // 2, (width - scaled[1]) // 2
    padded = np.full((height, width), IGNORED_CLASS, np.uint8)
    padded[top : top + scaled[0], left : left + scaled[1]] = _nearest(mask, scaled, (0, 0), scaled)
    return padded


def nearest(mask: U8, height: int, width: int) -> U8:
    """A mask u8 [H, W] at another size, u8 [height, width]: each pixel has the class of the one in
    which its centre lies."""
    return _nearest(mask, (height, width), (0, 0), (height, width))


def _nearest(
    mask: U8, size: tuple[int, int], corner: tuple[int, int], window: tuple[int, int]
) -> U8:
    rows, columns = (
        (2 * np.arange(start, start + count) + 1) * side // (2 * scaled)
        for start, count, side, scaled in zip(corner, window, mask.shape, size, strict=True)
    )
    window_of_it: U8 = mask[rows[:, np.newaxis], columns]
    return window_of_it
