"""One hard case of the image contract, and the pieces of photographs that the cases show."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

U8 = npt.NDArray[np.uint8]

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "golden" / "hard_images"
PHOTOS = ROOT / "golden" / "images"

REASONS = {
    "bits": "more than 8 bits a channel",
    "cmyk": "CMYK or YCCK colours",
    "megapixels": "more than 40,000,000 pixels",
    "side": "a side of more than 65,535 pixels",
    "broken": "a file that is not whole, or whose checksum is wrong",
}
"""Why a file is refused, under keys that every host's tests can name."""

JPEG = "libjpeg-turbo"
ICC = "LittleCMS"
"""The libraries whose pixels an expectation can be; without one, every decoder must be equal."""


@dataclass(frozen=True)
class Crop:
    """A piece of one of the committed PNG photos, every `step`-th pixel of it."""

    photo: str
    top: int
    left: int
    height: int
    width: int
    step: int = 1

    @property
    def pixels(self) -> U8:
        """u8 RGB [height, width, 3]."""
        rows = slice(self.top, self.top + self.height * self.step, self.step)
        columns = slice(self.left, self.left + self.width * self.step, self.step)
        return np.ascontiguousarray(_photo(self.photo)[rows, columns])


FACE = Crop("astronaut.png", 10, 155, 61, 47, step=3)
EYE = Crop("chelsea.png", 80, 115, 37, 51, step=2)
PATCH = Crop("astronaut.png", 320, 110, 127, 181)
CUP = Crop("coffee.png", 0, 0, 125, 200, step=3)
SMALL_CUP = Crop("coffee.png", 0, 0, 28, 40, step=14)
WOOD = Crop("coffee.png", 280, 0, 119, 600)


@dataclass(frozen=True)
class Case:
    """A file, and what every host must make of it: these pixels, or a refusal."""

    file: str
    what: str
    crop: Crop
    data: bytes
    pixels: U8 | None = None
    """u8 RGB [H, W, 3]; None where the file is refused."""
    refused: str | None = None
    """A key of REASONS."""
    exact_needs: tuple[str, ...] = ()
    """Libraries without which another decoder may differ; () asks every decoder for these."""
    own_pixels: bool = False
    """The file is a plain 8-bit RGB PNG, so that it shows its expected pixels itself."""

    @property
    def pixels_file(self) -> str:
        """The plain 8-bit RGB PNG that shows the expected pixels."""
        return self.file if self.own_pixels else f"{self.file}.decoded.png"


def entry(case: Case) -> dict[str, Any]:
    """What `expected.json` says of a case."""
    said: dict[str, Any] = {"what": case.what, "photo": case.crop.photo}
    if case.pixels is None:
        return said | {"refused": case.refused}
    return said | {
        "shape": list(case.pixels.shape),
        "sha256": sha256(np.ascontiguousarray(case.pixels).data).hexdigest(),
        "pixels": case.pixels_file,
        "exact_needs": list(case.exact_needs),
    }


@cache
def _photo(name: str) -> U8:
    # These photos are 8-bit RGB and sRGB: the stored values are the pixels.
    return np.asarray(Image.open(PHOTOS / name))
