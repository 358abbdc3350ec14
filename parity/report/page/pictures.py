"""Tensors as pictures embedded in the page: data URIs of WebP for photos, PNG for maps."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from onpar.parity.report.page.scale import COLOURS, OUTLINE, Colour, Scale

MAX_SIDE = 1024
"""Pixels; a larger picture is reduced by a whole factor, so that the page stays small."""

WEBP_QUALITY = 85

UNKNOWN: Colour = (255, 0, 255)
"""The colour of a class that the model does not have."""


@dataclass(frozen=True)
class Picture:
    """A picture inside the page: its data URI, its size in pixels, and its text alternative."""

    uri: str
    width: int
    height: int
    alt: str


def photo(pixels: NDArray[np.uint8], alt: str) -> Picture:
    """u8 RGB [h, w, 3] as WebP."""
    image = Image.fromarray(pixels)
    image.thumbnail((MAX_SIDE, MAX_SIDE))
    return _picture(image, alt, "webp", quality=WEBP_QUALITY)


def class_picture(classes: NDArray[np.uint8], palette: Sequence[Colour], alt: str) -> Picture:
    """A class map u8 [h, w] in the model's palette."""
    step = _step(classes)
    colours = [*palette, *[UNKNOWN] * (256 - len(palette))]
    return _palette_picture(classes[::step, ::step], colours, alt)


def heat_picture(
    error: NDArray[Any], scale: Scale, flipped: NDArray[np.bool_] | None, alt: str
) -> Picture:
    """|error| f32 [h, w] in the scale's colours, with an outline around flipped pixels.

    If the picture is reduced, a pixel shows the largest error of those that it replaces.
    """
    levels = scale.levels(_largest(error))
    if flipped is not None and flipped.any():
        marks = Image.fromarray(_largest(flipped).astype(np.uint8) * 255)
        near, far = (np.asarray(marks.filter(ImageFilter.MaxFilter(size))) for size in (3, 5))
        levels = np.where(far > near, np.uint8(OUTLINE), levels)
    return _palette_picture(levels, COLOURS, alt)


def _step(values: NDArray[Any]) -> int:
    longest: int = max(values.shape)
    return -(-longest // MAX_SIDE)


def _largest(values: NDArray[Any]) -> NDArray[Any]:
    """The maximum of every step × step block (NaN where one holds NaN)."""
    step = _step(values)
    if step == 1:
        return values
    rows = np.maximum.reduceat(values, range(0, values.shape[0], step), axis=0)
    return np.asarray(np.maximum.reduceat(rows, range(0, values.shape[1], step), axis=1))


def _palette_picture(values: NDArray[np.uint8], colours: Sequence[Colour], alt: str) -> Picture:
    image = Image.fromarray(np.ascontiguousarray(values))
    # Colours behind the last one used would cost bits in every pixel.
    image.putpalette([v for colour in colours[: int(values.max()) + 1] for v in colour])
    return _picture(image, alt, "png")


def _picture(image: Image.Image, alt: str, kind: str, **options: Any) -> Picture:
    buffer = BytesIO()
    image.save(buffer, kind, **options)
    uri = f"data:image/{kind};base64,{b64encode(buffer.getvalue()).decode()}"
    return Picture(uri, image.width, image.height, alt)
