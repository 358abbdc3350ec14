"""EXIF's orientations: the picture is stored turned, and is upright once decoded."""

from __future__ import annotations

from typing import Any

from hard_images import png as p
from hard_images.case import FACE, JPEG, Case
from hard_images.exif import app1, as_stored, tiff_block, upright
from hard_images.jpeg import jpeg, stored_pixels

XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><r tiff:Orientation="6"/></x:xmpmeta>'


def orientation_cases() -> list[Case]:
    """All eight as JPEG, in both byte orders; eXIf in PNG; and what must not turn a picture."""
    face = FACE.pixels
    before = p.png(as_stored(face, 6), p.RGB, before=p.chunk(b"eXIf", tiff_block(6, "MM")))
    behind = p.png(as_stored(face, 5), p.RGB, behind=p.chunk(b"eXIf", tiff_block(5)))
    return [
        *(_turned(orientation) for orientation in range(1, 9)),
        _jpeg(
            "exif_9.jpg", "orientation 9, which is none: not turned", 9, exif=app1(tiff_block(9))
        ),
        _jpeg(
            "exif_thumbnail_8.jpg",
            "orientation 1 for the photo and 8 for its thumbnail: not turned",
            1,
            exif=app1(tiff_block(1, thumbnail=8)),
        ),
        _jpeg("xmp_6.jpg", "orientation 6 in XMP alone, without EXIF: not turned", 1, xmp=XMP),
        Case("exif_6.png", "orientation 6 in an eXIf chunk before the pixels", FACE, before, face),
        Case("exif_5.png", "orientation 5 in an eXIf chunk behind the pixels", FACE, behind, face),
    ]


def _turned(orientation: int) -> Case:
    order = ("MM", "II")[orientation % 2]
    return _jpeg(
        f"exif_{orientation}.jpg",
        f"orientation {orientation}, byte order {order}",
        orientation,
        exif=app1(tiff_block(orientation, order)),
    )


def _jpeg(file: str, what: str, orientation: int, **options: Any) -> Case:
    data = jpeg(as_stored(FACE.pixels, orientation), subsampling="4:2:0", **options)
    pixels = upright(stored_pixels(data), orientation)
    return Case(file, what, FACE, data, pixels, exact_needs=(JPEG,))
