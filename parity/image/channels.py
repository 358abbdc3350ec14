"""The channels of a photo in the order that a model takes them."""

from __future__ import annotations

import numpy as np

from onpar.parity.image.resize import U8

CHANNELS = {"rgb": (0, 1, 2), "bgr": (2, 1, 0), "gray": (0,)}
"""By name, which of R, G and B each channel is; gray is made of all three."""

GRAY = np.array([19595, 38470, 7471], np.uint32)
"""ITU-R BT.601's 0.299, 0.587 and 0.114 in units of 1 / 65536, as Pillow's `convert("L")` has
them."""


def in_channels(pixels: U8, channels: str) -> U8:
    """u8 [h, w, 3] RGB as u8 [h, w, C]. Gray is (19595·R + 38470·G + 7471·B + 32768) / 65536,
    rounded down: Pillow's, bit for bit."""
    if channels == "gray":
        summed = (pixels.astype(np.uint32) * GRAY).sum(2) + 32768
        gray: U8 = (summed >> 16).astype(np.uint8)[:, :, np.newaxis]
        return gray
    if channels == "rgb":
        return pixels
    return np.ascontiguousarray(pixels[:, :, list(CHANNELS[channels])])
