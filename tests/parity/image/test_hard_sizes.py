"""Hard images of extreme sizes on their way to the model's input, and what the largest costs."""

import subprocess
import sys

import numpy as np
import pytest
from hard_images.case import FOLDER, ROOT
from hard_table import decoded
from numpy.typing import NDArray
from PIL import Image
from preps import Prep
from tools import with_own_peak

from onpar.parity.image.fit import fit

HEIGHT, WIDTH = 96, 160
PAD = (1, 2, 3)

PLACES = {
    ("1x1.png", "letterbox"): ((96, 96), (0, 32)),
    ("1x1.png", "crop"): ((160, 160), (32, 0)),
    ("1_wide.png", "letterbox"): ((96, 1), (0, 79)),
    ("1_wide.png", "crop"): ((15_520, 160), (7712, 0)),
    ("1_high.png", "letterbox"): ((2, 160), (47, 0)),
    ("1_high.png", "crop"): ((96, 9312), (0, 4576)),
    ("very_wide.png", "letterbox"): ((1, 160), (47, 0)),  # 0.32 rows: never thinner than a pixel
    ("very_wide.png", "crop"): ((96, 48_000), (0, 23_920)),
    ("side_65535.png", "letterbox"): ((1, 160), (47, 0)),
    ("side_65535.png", "crop"): ((96, 6_291_360), (0, 3_145_600)),
    ("40_megapixels.png", "letterbox"): ((96, 154), (0, 3)),  # 153.6 columns
    ("40_megapixels.png", "crop"): ((100, 160), (2, 0)),
}
"""Height and width of the whole image once scaled, and where it lies or the window begins.

By hand from the rules in `fit`'s docstring.
"""


def pillow(
    image: NDArray[np.uint8],
    scaled: tuple[int, int],
    corner: tuple[int, int],
    window: tuple[int, int],
) -> NDArray[np.uint8]:
    """The window of the image scaled by Pillow: across first, and only what the window needs."""
    (top, left), (height, width) = corner, window
    across = Image.fromarray(image).resize((scaled[1], len(image)), Image.Resampling.BILINEAR)
    across = across.crop((left, 0, left + width, len(image)))
    down = across.resize((width, scaled[0]), Image.Resampling.BILINEAR)
    return np.asarray(down)[top : top + height]


def fitted(file: str, how: str) -> NDArray[np.uint8]:
    return fit(decoded(file), Prep("input", HEIGHT, WIDTH, (0, 0, 0), (1, 1, 1), how, PAD))


@pytest.mark.parametrize("file", sorted({file for file, _ in PLACES}))
def test_stretching_an_extreme_size_is_pillow_to_the_bit(file: str) -> None:
    size = (HEIGHT, WIDTH)
    assert np.array_equal(fitted(file, "stretch"), pillow(decoded(file), size, (0, 0), size))


@pytest.mark.parametrize("file, how", PLACES)
def test_fitting_an_extreme_size_is_pillow_to_the_bit(file: str, how: str) -> None:
    scaled, (top, left) = PLACES[file, how]
    if how == "crop":
        expected = pillow(decoded(file), scaled, (top, left), (HEIGHT, WIDTH))
    else:
        expected = np.full((HEIGHT, WIDTH, 3), PAD, np.uint8)
        inside = np.s_[top : top + scaled[0], left : left + scaled[1]]
        expected[inside] = pillow(decoded(file), scaled, (0, 0), scaled)
    assert np.array_equal(fitted(file, how), expected)


COST = """
import resource, sys, time
from onpar.parity.image.decode import decode
mebi = 20 if sys.platform == "darwin" else 10
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> mebi
with open(sys.argv[1], "rb") as file:
    data = file.read()
before, started = peak(), time.perf_counter()
decode(data, "large")
print(peak() - before, time.perf_counter() - started)
"""


def test_forty_megapixels_take_420_mib_and_a_second_or_two() -> None:
    """Pillow's 4 bytes a pixel and two copies of 3 are 381 MiB. Measured: that, and 0.7 s."""
    child = with_own_peak([sys.executable, "-c", COST, FOLDER / "40_megapixels.png"])
    done = subprocess.run(child, capture_output=True, text=True, cwd=ROOT, check=True)
    grown, seconds = map(float, done.stdout.split())
    assert 300 <= grown <= 420, f"{grown} MiB"
    assert seconds <= 10, f"{seconds} s"
