"""The kinds of JPEG: libjpeg-turbo's pixels."""

from __future__ import annotations

import numpy as np
from hard_images.case import EYE, JPEG, PATCH, Case, Crop
from hard_images.jpeg import jpeg, jpeg_440, jpeg_ycck, stored_pixels, two_pictures
from PIL import Image

SUBSAMPLINGS = ("4:4:4", "4:2:2", "4:2:0")


def jpeg_cases() -> list[Case]:
    """Subsamplings at odd sides, progressive, restarts, other colours, cut."""
    eye, patch = EYE.pixels, PATCH.pixels
    narrow = Crop(EYE.photo, 80, 160, 51, 3)
    whole = jpeg(eye)
    cmyk = jpeg(Image.fromarray(eye).convert("CMYK"))
    return [
        *(_chroma(way, jpeg(patch, subsampling=way)) for way in SUBSAMPLINGS),
        _chroma("4:4:0", jpeg_440(patch)),
        _case(
            "chroma_420_narrow.jpg",
            "baseline 4:2:0, 3 pixels wide: libjpeg-turbo repeats 2 columns of chroma and "
            "does not interpolate them",
            narrow,
            jpeg(narrow.pixels, subsampling="4:2:0"),
        ),
        _case("low_quality.jpg", "baseline 4:2:0 of quality 10", PATCH, jpeg(patch, quality=10)),
        _case("progressive.jpg", "progressive, 4:2:0", PATCH, jpeg(patch, progressive=True)),
        _case(
            "restart.jpg",
            "baseline 4:2:0 with a restart marker after every 3 blocks",
            PATCH,
            jpeg(patch, restart_marker_blocks=3),
        ),
        _case("grey.jpg", "grey", EYE, jpeg(np.ascontiguousarray(eye[..., 1]))),
        _case(
            "rgb_coded.jpg",
            "RGB stored as RGB, as its Adobe segment says, not as YCbCr",
            EYE,
            jpeg(eye, keep_rgb=True),
        ),
        _case(
            "two_pictures.jpg",
            "a second picture behind the first (MPO, as a gain map has it): the first counts",
            EYE,
            two_pictures(eye, 255 - eye),
        ),
        Case("cmyk.jpg", "CMYK, inverted as Adobe does", EYE, cmyk, refused="cmyk"),
        Case("ycck.jpg", "YCCK, inverted as Adobe does", EYE, jpeg_ycck(eye), refused="cmyk"),
        Case("cut.jpg", "ends in the middle", EYE, whole[: len(whole) // 2], refused="broken"),
    ]


def _chroma(way: str, data: bytes) -> Case:
    return _case(f"chroma_{way.replace(':', '')}.jpg", f"baseline {way}, odd sides", PATCH, data)


def _case(file: str, what: str, crop: Crop, data: bytes) -> Case:
    return Case(file, what, crop, data, stored_pixels(data), exact_needs=(JPEG,))
