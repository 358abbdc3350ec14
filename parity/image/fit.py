"""From decoded pixels to the model's input: a photo of any shape, fitted and normalised.

The rounding rules here are part of the image contract: the Java and C++ cores mirror them.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt

from onpar.parity.image.image_error import ImageError
from onpar.parity.image.resize import U8, check_image, resize, resize_window
from onpar.parity.limits.limits import MAX_SCALED_SIDE


class Fitting(Protocol):
    """How a photo of another shape fits into `height` and `width`; `fit` is one of
    `onpar.parity.limits.limits.FITS`, `pad` the colour R, G, B of what a letterbox adds, `shorter`
    the length of the shorter side before the crop of `shorter`, and `filter` and `antialias` are
    those of `onpar.parity.image.resize.resize`."""

    @property
    def height(self) -> int: ...
    @property
    def width(self) -> int: ...
    @property
    def fit(self) -> str: ...
    @property
    def pad(self) -> tuple[int, int, int]: ...
    @property
    def shorter(self) -> int: ...
    @property
    def filter(self) -> str: ...
    @property
    def antialias(self) -> bool: ...


class Normalization(Protocol):
    """`mean` and `std` of R, G and B, in units of 0–1 intensities."""

    @property
    def mean(self) -> tuple[float, ...]: ...
    @property
    def std(self) -> tuple[float, ...]: ...


def fit(image: U8, to: Fitting) -> U8:
    """Fit u8 [H, W, 3] to u8 [to.height, to.width, 3] as `to.fit` says, by `to.filter`.

    All divisions are of non-negative integers and round down.

    - `stretch`: `resize` to the size.
    - `letterbox`: scaled to the largest size that fits inside, the free side rounded to the
      nearest pixel, halves up, at least 1: (2·side·target + other) / (2·other). Placed at
      (free space) / 2, so that an odd pixel of padding lies below or to the right.
    - `shorter`: scaled so that the shorter side has `to.shorter` pixels, the longer one rounded
      down; the window as for `crop`. These are torchvision's Resize(N) and CenterCrop(s), as
      classifiers are trained.
    - `crop`: scaled to the smallest size that covers, the long side rounded down. The window
      begins at (excess / 2) rounded to the nearest integer, halves to even. For a square target
      these are torchvision's Resize(s) and CenterCrop(s), with `resize`'s order of the passes
      (Pillow 13 alone chooses another order for some sizes: at most one level apart).

    Raises ValueError as `resize` does, and ImageError for an image whose scaled side is above
    MAX_SCALED_SIDE.
    """
    check_image(image)
    height, width = to.height, to.width
    if to.fit == "stretch":
        return resize(image, height, width, to.filter, to.antialias)
    scaled = scaled_size(image.shape[0], image.shape[1], to)
    if max(scaled) > MAX_SCALED_SIDE:
        raise ImageError(
            f"{image.shape[1]}x{image.shape[0]} is scaled to {scaled[1]}x{scaled[0]} before it is "
            f"cropped, a side above {MAX_SCALED_SIDE} pixels; crop the photo"
        )
    if to.fit in ("crop", "shorter"):
        corner = (half_to_even(scaled[0] - height), half_to_even(scaled[1] - width))
        window = (height, width)
        return resize_window(image, scaled, corner, window, to.filter, to.antialias)
    top, left = (height - scaled[0]) // 2, (width - scaled[1]) // 2
    padded = np.empty((height, width, 3), np.uint8)
    padded[:] = to.pad
    inside = resize(image, *scaled, to.filter, to.antialias)
    padded[top : top + scaled[0], left : left + scaled[1]] = inside
    return padded


def normalise(pixels: U8, by: Normalization) -> npt.NDArray[np.float32]:
    """u8 [h, w, 3] to f32 [1, 3, h, w], C-contiguous, as `normalised`. Raises ValueError for
    anything but an image."""
    check_image(pixels)
    return np.ascontiguousarray(normalised(pixels, by).transpose(2, 0, 1)[np.newaxis])


def normalised(levels: U8, by: Normalization) -> npt.NDArray[np.float32]:
    """u8 [h, w, C] to f32 [h, w, C]: (level / 255 - mean) / std.

    Each operation is rounded to f32, with the mean and std rounded to f32 first, which is what
    torchvision's ToTensor and Normalize do.
    """
    mean, std = np.array(by.mean, np.float32), np.array(by.std, np.float32)
    values: npt.NDArray[np.float32] = (levels.astype(np.float32) / np.float32(255) - mean) / std
    return values


def scaled_size(image_height: int, image_width: int, to: Fitting) -> tuple[int, int]:
    """Height and width of the whole image once scaled, before it is padded or cropped."""
    height, width = to.height, to.width
    if to.fit == "shorter":
        short = min(image_height, image_width)
        return to.shorter * image_height // short, to.shorter * image_width // short
    # Taller than the target, or as tall: to cover it the width decides, to fit inside the height.
    tall = width * image_height >= height * image_width
    if to.fit == "crop":
        if tall:
            return width * image_height // image_width, width
        return height, height * image_width // image_height
    if tall:
        return height, max(1, (2 * height * image_width + image_height) // (2 * image_height))
    return max(1, (2 * width * image_height + image_width) // (2 * image_width)), width


def half_to_even(excess: int) -> int:
    """Round excess / 2 to the nearest integer, halves to even, as Python's round does."""
    half = excess // 2
    return half + (excess & half & 1)
