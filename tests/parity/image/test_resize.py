"""The antialiased resize is Pillow's, to the bit."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from onpar.parity.image.decode import decode
from onpar.parity.image.resize import resize, resize_window
from onpar.parity.limits.limits import FILTERS
from onpar.pipeline.paths import PHOTOS

SIDE = st.integers(1, 70)

HOW = tuple((filter, antialias) for filter in FILTERS for antialias in (True, False))


def pillow(
    image: NDArray[np.uint8], height: int, width: int, filter: str = "bilinear"
) -> NDArray[np.uint8]:
    whole, by = Image.fromarray(image), Image.Resampling[filter.upper()]
    return np.asarray(whole.resize((width, whole.height), by).resize((width, height), by))


def noise(seed: int, height: int, width: int) -> NDArray[np.uint8]:
    """Full-range noise; every third image holds only the extremes, 0 and 255."""
    image = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return image if seed % 3 else np.where(image < 128, 0, 255).astype(np.uint8)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 999), SIDE, SIDE, SIDE, SIDE)
@example(0, 1, 1, 400, 400)
@example(1, 1, 300, 40, 1)
@example(2, 300, 1, 1, 40)
@example(3, 65, 64, 1, 1)
def test_resize_is_pillow_to_the_bit(
    seed: int, rows: int, columns: int, height: int, width: int
) -> None:
    image = noise(seed, rows, columns)
    for filter in FILTERS:
        expected = pillow(image, height, width, filter)
        assert np.array_equal(resize(image, height, width, filter), expected), filter


@pytest.mark.parametrize("size", [(400, 400), (96, 160), (33, 700), (901, 64)])
@pytest.mark.parametrize("photo", PHOTOS, ids=lambda photo: photo.stem)
@pytest.mark.parametrize("filter", FILTERS)
def test_resize_of_a_photo_is_pillow_to_the_bit(
    photo: Path, size: tuple[int, int], filter: str
) -> None:
    image = decode(photo.read_bytes(), photo.name)
    assert np.array_equal(resize(image, *size, filter), pillow(image, *size, filter))


@pytest.mark.parametrize("size", [(3000, 4000), (1, 65_535), (65_535, 2)])
def test_a_large_or_extreme_image_is_resized_as_pillow_does(size: tuple[int, int]) -> None:
    image = noise(1, *size)
    for filter in FILTERS:
        assert np.array_equal(resize(image, 40, 48, filter), pillow(image, 40, 48, filter)), filter


@pytest.mark.parametrize("how", HOW)
def test_an_image_of_the_size_is_untouched_and_a_side_of_the_size_is_not_filtered(
    how: tuple[str, bool],
) -> None:
    image = noise(0, 400, 400)
    assert np.array_equal(resize(image, 400, 400, *how), image)
    columns_kept = resize(image, 100, 400, *how)
    assert np.array_equal(columns_kept[:, 7:8], resize(image[:, 7:8], 100, 1, *how))


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_window_is_cut_out_of_the_whole_resized_image(data: st.DataObject) -> None:
    rows, columns, height, width = (data.draw(SIDE) for _ in range(4))
    top, left = data.draw(st.integers(0, height - 1)), data.draw(st.integers(0, width - 1))
    h, w = data.draw(st.integers(1, height - top)), data.draw(st.integers(1, width - left))
    how = data.draw(st.sampled_from(HOW))
    image = noise(1, rows, columns)
    window = resize_window(image, (height, width), (top, left), (h, w), *how)
    whole = resize(image, height, width, *how)
    assert np.array_equal(window, whole[top : top + h, left : left + w])


def test_one_call_of_pillow_is_not_the_contract() -> None:
    """Why the contract says two calls: Pillow 13 may turn the passes round. Never over a level."""
    photo = next(photo for photo in PHOTOS if photo.stem == "chelsea")
    image = decode(photo.read_bytes(), photo.name)
    one_call = Image.fromarray(image).resize((400, 400), Image.Resampling.BILINEAR)
    assert np.abs(np.asarray(one_call, np.int16) - resize(image, 400, 400)).max() <= 1


@pytest.mark.parametrize(
    "image",
    [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 3), np.float32), np.zeros((0, 4, 3), np.uint8)],
)
def test_anything_but_rgb_bytes_is_refused(image: NDArray[Any]) -> None:
    with pytest.raises(ValueError, match="expected uint8"):
        resize(image, 2, 2)


def test_an_empty_target_is_refused() -> None:
    with pytest.raises(ValueError, match="0x2; both sides must be positive"):
        resize(noise(1, 4, 4), 0, 2)
