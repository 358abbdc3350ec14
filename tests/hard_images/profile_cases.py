"""Colour profiles: Display P3 becomes sRGB, and what is sRGB already stays as it is."""

from __future__ import annotations

import numpy as np
from hard_images import png as p
from hard_images.case import EYE, ICC, JPEG, PATCH, Case
from hard_images.display_p3 import DISPLAY_P3, SRGB, to_srgb
from hard_images.jpeg import jpeg, stored_pixels

P3_CHROMATICITIES = (31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000)
"""cHRM's white, red, green and blue, times 100,000 (PNG, 11.3.2.1)."""


def profile_cases() -> list[Case]:
    """Display P3 in PNG and JPEG, an sRGB profile, and PNG's own colour chunks."""
    eye, patch = EYE.pixels, PATCH.pixels
    tagged = jpeg(patch, subsampling="4:4:4", icc_profile=DISPLAY_P3)
    chunks = p.chunk(b"gAMA", (100_000).to_bytes(4))
    chunks += p.chunk(b"cHRM", np.array(P3_CHROMATICITIES, ">u4").tobytes())
    return [
        Case(
            "display_p3.png",
            "an embedded Display P3 profile, some colours beyond sRGB: becomes sRGB",
            PATCH,
            p.png(patch, p.RGB, before=p.icc_chunk(DISPLAY_P3)),
            to_srgb(patch),
            exact_needs=(ICC,),
        ),
        Case(
            "display_p3.jpg",
            "the same as a JPEG, 4:4:4",
            PATCH,
            tagged,
            to_srgb(stored_pixels(tagged)),
            exact_needs=(JPEG, ICC),
        ),
        Case(
            "srgb_profile.png",
            "an embedded profile that is sRGB: no pixel moves",
            EYE,
            p.png(eye, p.RGB, before=p.icc_chunk(SRGB)),
            eye,
        ),
        Case(
            "gamma_chunk.png",
            "gAMA of 1 and Display P3's cHRM without a profile: both are ignored",
            EYE,
            p.png(eye, p.RGB, before=chunks),
            eye,
        ),
    ]
