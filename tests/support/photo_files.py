"""Photos that are hard to decode: what tests of every decoder give it."""

from __future__ import annotations

import json
from io import BytesIO

import numpy as np
from hard_images.icc import Primaries, gamma, parametric, profile, sampled
from PIL import Image

from onpar.pipeline.paths import PHOTOGRAPHS, ROOT

HARD = ROOT / "golden" / "hard_images"
IMAGES = json.loads((HARD / "expected.json").read_text("utf-8"))["images"]

REFUSALS = {
    "bits": "a PNG of 16 bits a channel, expected at most 8",
    "cmyk": "its colours are CMYK, expected grey or RGB",
    "megapixels": "megapixels, the limit is 40",
    "side": "has a side above 65535 pixels",
    "broken": "is broken or not whole",
}

ADOBE: Primaries = ((0.64, 0.33), (0.21, 0.71), (0.15, 0.06))
"""Adobe RGB (1998), 4.3.1.1."""


def subsampled() -> dict[str, bytes]:
    """JPEGs of every subsampling, quality, size and order that phones write."""
    photo = Image.open(PHOTOGRAPHS[0]).convert("RGB")
    files: dict[str, bytes] = {}
    for subsampling in ("4:4:4", "4:2:2", "4:2:0"):
        for quality in (20, 75, 95):
            for size in ((61, 47), (5, 7), (128, 96)):
                for progressive in (False, True):
                    out = BytesIO()
                    options = {"progressive": progressive, "subsampling": subsampling}
                    photo.resize(size).save(out, "JPEG", quality=quality, **options)
                    files[f"{len(files)}.jpg"] = out.getvalue()
    return files


CURVES = {
    "identity": sampled(()),
    "gamma 1.8": gamma(1.8),
    "gamma 2.19921875": gamma(2.19921875),
    "256 samples": sampled(np.linspace(0, 1, 256) ** 2.2),
    "1024 samples": sampled(np.linspace(0, 1, 1024) ** 1.8),
    "a bent line": sampled((0, 0.2, 1)),
    "function 0": parametric(0, (2.4,)),
    "function 1": parametric(1, (2.2, 1.1, -0.1)),
    "function 2": parametric(2, (2.2, 1.05, -0.05, 0.0)),
    "function 4": parametric(4, (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045, 0, 0)),
}


def with_profile(curve: bytes, primaries: Primaries) -> bytes:
    """A PNG of noise with a profile."""
    pixels = np.random.default_rng(4).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    out = BytesIO()
    Image.fromarray(pixels).save(out, "PNG", icc_profile=profile(primaries, "a profile", curve))
    return out.getvalue()
