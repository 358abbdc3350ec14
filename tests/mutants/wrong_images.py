"""Photos decoded and resized wrongly, as apps really do it."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image
from preps import Prep

from onpar.parity.contract.capture import Tensor
from onpar.parity.image import fit as right
from onpar.parity.image.resize import resize


def bgr(image: Tensor) -> Tensor:
    return image[:, :, ::-1]


def mirrored(image: Tensor) -> Tensor:
    return image[:, ::-1]


def upside_down(image: Tensor) -> Tensor:
    """The origin of OpenGL's and Core Graphics' bitmaps is at the bottom."""
    return image[::-1]


def half_turned(image: Tensor) -> Tensor:
    """A phone held the other way round, its EXIF orientation 3 ignored."""
    return np.rot90(image, 2)


def quarter_turned(image: Tensor) -> Tensor:
    """A phone held upright, its EXIF orientation 6 ignored."""
    return np.rot90(image, 1)


def subsampled(image: Tensor) -> Tensor:
    """Android's BitmapFactory with inSampleSize = 2."""
    return image[::2, ::2]


def portrait_black(image: Tensor) -> Tensor:
    """Portrait photos come out black: drawn into a bitmap of the other orientation."""
    return image if image.shape[1] >= image.shape[0] else np.zeros_like(image)


def large_halved(image: Tensor) -> Tensor:
    """BitmapFactory.Options.inSampleSize for photos with a side above 1024 pixels."""
    return image[::2, ::2] if max(image.shape) > 1024 else image


def chroma_repeated(image: Tensor) -> Tensor:
    """Each 2×2 block has one colour difference, as of 4:2:0 without interpolation."""
    ycc = np.asarray(Image.fromarray(image).convert("YCbCr")).copy()
    for channel in (1, 2):
        half = ycc[::2, ::2, channel].repeat(2, 0).repeat(2, 1)
        ycc[..., channel] = half[: ycc.shape[0], : ycc.shape[1]]
    return np.asarray(Image.fromarray(ycc, "YCbCr").convert("RGB"))


def rgb_565(image: Tensor) -> Tensor:
    """Android's Bitmap.Config.RGB_565: 5, 6 and 5 bits, widened to 8 again."""
    high = image & np.array((0xF8, 0xFC, 0xF8), np.uint8)
    return high | (high >> np.array((5, 6, 5), np.uint8))


def recompressed(image: Tensor) -> Tensor:
    """A photo picker that hands over a JPEG of its own."""
    file = io.BytesIO()
    Image.fromarray(image).save(file, "JPEG", quality=95)
    return np.asarray(Image.open(file))


def pillow(image: Tensor, prep: Prep, filter: Image.Resampling) -> Tensor:
    return np.asarray(Image.fromarray(image).resize((prep.width, prep.height), filter))


def nearest(image: Tensor, prep: Prep) -> Tensor:
    return pillow(image, prep, Image.Resampling.NEAREST)


def small_nearest(image: Tensor, prep: Prep) -> Tensor:
    """Small photos are enlarged without a filter."""
    larger = image.shape[0] < prep.height and image.shape[1] < prep.width
    return nearest(image, prep) if larger else right.fit(image, prep)


def bicubic(image: Tensor, prep: Prep) -> Tensor:
    return pillow(image, prep, Image.Resampling.BICUBIC)


def four_neighbours(image: Tensor, prep: Prep, offset: float = 0.5) -> Tensor:
    """Bilinear without antialias, as OpenCV's INTER_LINEAR: y first, then x, rounded at the end.

    `offset` 0.5 aligns the pixels' centres, 0 their corners: half a pixel off.
    """
    rows = _taps(image.shape[0], prep.height, offset)
    columns = _taps(image.shape[1], prep.width, offset)
    top, bottom, down = rows[0], rows[1], rows[2][:, None, None]
    lines = image[top] * (1 - down) + image[bottom] * down
    left, right_, across = columns[0], columns[1], columns[2][None, :, None]
    mixed: Tensor = np.rint(lines[:, left] * (1 - across) + lines[:, right_] * across)
    return mixed.astype(np.uint8)


def _taps(length: int, size: int, offset: float) -> tuple[Tensor, Tensor, Tensor]:
    at = np.clip((np.arange(size) + offset) * length / size - offset, 0, length - 1)
    low = np.floor(at).astype(int)
    return low, np.minimum(low + 1, length - 1), at - low


def half_a_pixel_off(image: Tensor, prep: Prep) -> Tensor:
    return four_neighbours(image, prep, 0.0)


def vertical_pass_first(image: Tensor, prep: Prep) -> Tensor:
    """What Pillow 13's single `resize` does for some sizes: one level off here and there."""
    return resize(resize(image, prep.height, image.shape[1]), prep.height, prep.width)


def letterboxed(image: Tensor, prep: Prep) -> Tensor:
    return right.fit(image, _fitted(prep, "letterbox"))


def cropped(image: Tensor, prep: Prep) -> Tensor:
    return right.fit(image, _fitted(prep, "crop"))


def _fitted(prep: Prep, fit: str) -> Prep:
    return Prep(prep.input, prep.height, prep.width, prep.mean, prep.std, fit)


def sides_swapped(image: Tensor, prep: Prep) -> Tensor:
    """`resize(width, height)` called with (height, width): [width, height, 3]."""
    return resize(image, prep.width, prep.height)


def columns_as_rows(image: Tensor, prep: Prep) -> Tensor:
    return right.fit(image, prep).swapaxes(0, 1)
