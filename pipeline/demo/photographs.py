"""The backgrounds of the generated scenes: photographs for training, and held-out ones."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from onpar.parity.image.decode import decode
from onpar.pipeline.demo.scenes import Image
from onpar.pipeline.paths import PHOTOGRAPHS, ROOT

FOLDER = ROOT / "golden" / "photos"

TRAIN = tuple(sorted((FOLDER / "train").glob("*.jpg")))

HELD_OUT_PHOTOS = (*sorted((FOLDER / "held_out").glob("*.jpg")), *PHOTOGRAPHS)
"""The photographs that the demo weights were not trained on, including those of the recipes'
cases."""


@cache
def pixels(paths: tuple[Path, ...]) -> tuple[Image, ...]:
    """The photographs decoded, u8 [H, W, 3]."""
    return tuple(decode(path.read_bytes(), path.name) for path in paths)
