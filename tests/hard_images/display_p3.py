"""Display P3: its ICC profile, made of published figures, and what its pixels are in sRGB.

Display P3 has the primaries of SMPTE RP 431-2, the white point and the curve of sRGB.
"""

from __future__ import annotations

from io import BytesIO

import numpy as np
from hard_images.case import U8
from hard_images.icc import F64, Primaries, profile, to_xyz
from PIL import Image, ImageCms

P3_PRIMARIES: Primaries = ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060))
"""SMPTE RP 431-2."""
SRGB_PRIMARIES: Primaries = ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06))
"""ITU-R BT.709, whose primaries sRGB has."""

DISPLAY_P3 = profile(P3_PRIMARIES, "Display P3")
SRGB = profile(SRGB_PRIMARIES, "sRGB")


def to_srgb(pixels: U8) -> U8:
    """What LittleCMS makes of Display P3 pixels u8 [H, W, 3], at most one level from the equations.

    Raises ValueError where it is further from them.
    """
    p3 = ImageCms.ImageCmsProfile(BytesIO(DISPLAY_P3))
    srgb = ImageCms.createProfile("sRGB")
    image = Image.fromarray(pixels)
    got = np.asarray(ImageCms.profileToProfile(image, p3, srgb, ImageCms.Intent.PERCEPTUAL))
    off = np.abs(got - np.rint(by_the_equations(pixels))).max()
    if off > 1:
        raise ValueError(f"LittleCMS is {off:.0f} levels from the equations, expected at most 1")
    return got


def by_the_equations(pixels: U8) -> F64:
    """Display P3 to sRGB in doubles, unrounded levels [H, W, 3]: no profile, no D50."""
    coded = pixels / 255
    linear = np.where(coded < 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4)
    linear = linear @ (np.linalg.inv(to_xyz(SRGB_PRIMARIES)) @ to_xyz(P3_PRIMARIES)).T
    linear = linear.clip(0, 1)
    return 255 * np.where(linear < 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
