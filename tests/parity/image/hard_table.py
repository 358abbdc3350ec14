"""golden/hard_images/expected.json as the tests read it, and each image decoded once."""

import json
from functools import cache

import numpy as np
from hard_images.case import FOLDER
from numpy.typing import NDArray

from onpar.parity.image.decode import decode

TABLE = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
IMAGES = TABLE["images"]
DECODED = [file for file, said in IMAGES.items() if "refused" not in said]
REFUSED = [file for file, said in IMAGES.items() if "refused" in said]


@cache
def decoded(file: str) -> NDArray[np.uint8]:
    """u8 RGB [H, W, 3] by the decoder under test."""
    return decode((FOLDER / file).read_bytes(), file)
