"""Sides of one pixel, the largest sizes that are read, and the smallest that are refused."""

from __future__ import annotations

import numpy as np
from hard_images import png as p
from hard_images.case import CUP, EYE, JPEG, SMALL_CUP, U8, WOOD, Case, Crop
from hard_images.jpeg import jpeg, stored_pixels

DOT = Crop(EYE.photo, 120, 170, 1, 1)
COLUMN = Crop(EYE.photo, 60, 165, 97, 1)
ROW = Crop(EYE.photo, 120, 100, 1, 97)


def size_cases() -> list[Case]:
    """From one pixel to 40 megapixels and a little more."""
    wide = WOOD.pixels[:56].reshape(7, 8, 600, 3).transpose(1, 0, 2, 3).reshape(8, 4200, 3)
    dots = (WOOD.pixels[..., 1] > 100).astype(np.uint8).reshape(1, -1)
    longest, too_long = (p.png(dots[:, :side], p.GREY, 1) for side in (65_535, 65_536))
    # No two sides that a PNG may have come nearer to 40,000,000 pixels from above.
    larger = _mosaic(SMALL_CUP.pixels[..., 1], 200, 5437, 7357)
    too_tall = _mosaic(SMALL_CUP.pixels[..., 1], 200, 5001, 8000)
    return [
        _plain("1x1.png", "one pixel", DOT, DOT.pixels),
        _jpeg("1x1.jpg", "one pixel, 4:2:0", DOT),
        _plain("1_wide.png", "1 pixel wide, 97 high", COLUMN, COLUMN.pixels),
        _jpeg("1_wide.jpg", "1 pixel wide, 97 high, 4:2:0", COLUMN),
        _plain("1_high.png", "97 pixels wide, 1 high", ROW, ROW.pixels),
        _jpeg("1_high.jpg", "97 pixels wide, 1 high, 4:2:0", ROW),
        _plain("very_wide.png", "4000 pixels wide, 8 high", WOOD, wide[:, :4000]),
        Case(
            "side_65535.png",
            "65,535 pixels wide, 1 high, 1 bit a pixel: the longest side that is read",
            WOOD,
            longest,
            np.repeat(dots[:, :65_535, np.newaxis] * np.uint8(255), 3, 2),
        ),
        Case("side_65536.png", "65,536 pixels wide, 1 high", WOOD, too_long, refused="side"),
        _plain(
            "40_megapixels.png",
            "8000x5000: the largest that is read",
            CUP,
            _mosaic(CUP.pixels, 40, 5000, 8000),
        ),
        Case(
            "above_40_megapixels.png",
            "7357x5437 grey: 40,000,009 pixels",
            SMALL_CUP,
            p.png(larger, p.GREY),
            refused="megapixels",
        ),
        Case(
            "above_40_megapixels.jpg",
            "8000x5001 grey: 40,008,000 pixels",
            SMALL_CUP,
            jpeg(too_tall, optimize=True),
            refused="megapixels",
        ),
    ]


def _plain(file: str, what: str, crop: Crop, pixels: U8) -> Case:
    return Case(file, what, crop, p.png(pixels, p.RGB), pixels, own_pixels=True)


def _jpeg(file: str, what: str, crop: Crop) -> Case:
    data = jpeg(crop.pixels, subsampling="4:2:0")
    return Case(file, what, crop, data, stored_pixels(data), exact_needs=(JPEG,))


def _mosaic(pixels: U8, side: int, height: int, width: int) -> U8:
    """Every pixel of a small picture as a square tile: a large picture in a small file."""
    mosaic: U8 = pixels[np.arange(height) // side][:, np.arange(width) // side]
    return mosaic
