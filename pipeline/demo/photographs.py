"""The photographs behind the generated scenes: some to train on, others held out."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from onpar.parity.image.decode import decode
from onpar.pipeline.demo.scenes import Image
from onpar.pipeline.paths import PHOTOGRAPHS, ROOT

FOLDER = ROOT / "golden" / "photos"

TRAIN = tuple(sorted((FOLDER / "train").glob("*.jpg")))

HELD_OUT_PHOTOS = (*sorted((FOLDER / "held_out").glob("*.jpg")), *PHOTOGRAPHS)
"""What the demo weights have never seen; the photographs of the recipes' cases are among them."""


@cache
def pixels(paths: tuple[Path, ...]) -> tuple[Image, ...]:
    """The photographs decoded, u8 [H, W, 3]."""
    return tuple(decode(path.read_bytes(), path.name) for path in paths)
