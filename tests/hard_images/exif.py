"""EXIF blocks, and what the eight orientations mean (Exif 2.32, 4.6.2 and 4.6.4, tag 0x0112)."""

from __future__ import annotations

import struct

import numpy as np
from hard_images.case import U8

ROW_0_AND_COLUMN_0 = {
    1: ("top", "left"),
    2: ("top", "right"),
    3: ("bottom", "right"),
    4: ("bottom", "left"),
    5: ("left", "top"),
    6: ("right", "top"),
    7: ("right", "bottom"),
    8: ("left", "bottom"),
}
"""Exif's own words: the side of the upright picture that the stored row 0 and column 0 are."""


def upright(stored: U8, orientation: int) -> U8:
    """The picture [H, W, 3] as it is to be seen; another value than 1 to 8 changes nothing."""
    sides = ROW_0_AND_COLUMN_0.get(orientation, ("top", "left"))
    if sides[0] in ("left", "right"):
        stored = stored.transpose(1, 0, 2)
    return np.ascontiguousarray(_flipped(stored, sides))


def as_stored(picture: U8, orientation: int) -> U8:
    """What a camera stores of an upright picture: the inverse of `upright`."""
    sides = ROW_0_AND_COLUMN_0.get(orientation, ("top", "left"))
    flipped = _flipped(picture, sides)
    return flipped.transpose(1, 0, 2) if sides[0] in ("left", "right") else flipped


def tiff_block(orientation: int, order: str = "II", thumbnail: int | None = None) -> bytes:
    """A TIFF header and an IFD that holds the orientation, as PNG's eXIf chunk has it.

    `order` is II (lowest byte first) or MM; `thumbnail` an orientation in a second IFD, which is
    the thumbnail's own.
    """
    end = {"II": "<", "MM": ">"}[order]
    start = order.encode() + struct.pack(end + "HI", 42, 8)
    second = 0 if thumbnail is None else 26
    blocks = [(orientation, second)] + ([] if thumbnail is None else [(thumbnail, 0)])
    return start + b"".join(
        struct.pack(end + "HHHIHHI", 1, 0x0112, 3, 1, value, 0, following)
        for value, following in blocks
    )


def app1(block: bytes) -> bytes:
    """The content of JPEG's APP1 segment."""
    return b"Exif\0\0" + block


def _flipped(picture: U8, sides: tuple[str, str]) -> U8:
    rows = -1 if "bottom" in sides else 1
    columns = -1 if "right" in sides else 1
    return picture[::rows, ::columns]
