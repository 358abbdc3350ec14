"""A photo that was stretched where it should be letterboxed or cropped is said to be stretched.

With the right fit a wrong filter is named.
"""

from __future__ import annotations

import numpy as np
import pytest
from preps import Prep
from samples import MISTAKES

from onpar.parity.causes import Fault
from onpar.parity.causes.diagnose import diagnose
from onpar.parity.image.fit import fit

Y, X = np.mgrid[0:90, 0:160]
PHOTO = np.stack([127 + 120 * np.sin(X / 9), 127 + 120 * np.cos(Y / 7), (X * Y) % 251], -1).astype(
    np.uint8
)


def prep(how: str) -> Prep:
    return Prep("image", 48, 48, (0, 0, 0), (1, 1, 1), how)


@pytest.mark.parametrize(
    ("how", "right"), [("letterbox", "letterboxed"), ("crop", "cropped")], ids=["letterbox", "crop"]
)
def test_a_stretch_is_not_called_bicubic(how: str, right: str) -> None:
    ref, stretched = fit(PHOTO, prep(how)), fit(PHOTO, prep("stretch"))
    said = diagnose(MISTAKES["resized"], Fault(stretched, ref, PHOTO, prep(how)))
    assert said == f"Cause: the photo is stretched instead of {right}."


def test_the_nearest_pixel_inside_a_letterbox_is_named() -> None:
    ref = fit(PHOTO, prep("letterbox"))
    rows, columns = (np.arange(27) + 0.5) * 90 / 27, (np.arange(48) + 0.5) * 160 / 48
    nearest = ref.copy()
    nearest[10:37] = PHOTO[rows.astype(int)][:, columns.astype(int)]
    said = diagnose(MISTAKES["resized"], Fault(nearest, ref, PHOTO, prep("letterbox")))
    assert said == "Cause: the resize takes the nearest pixel instead of antialiased bilinear."
