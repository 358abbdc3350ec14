"""The resize without antialiasing is OpenCV's."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from onpar.parity.image.decode import decode
from onpar.parity.image.resize import resize
from onpar.pipeline.paths import PHOTOS

SIDE = st.integers(1, 70)


def noise(seed: int, height: int, width: int) -> NDArray[np.uint8]:
    """Full-range noise; every third image holds only the extremes, 0 and 255."""
    image = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return image if seed % 3 else np.where(image < 128, 0, 255).astype(np.uint8)


def opencv(image: NDArray[np.uint8], height: int, width: int, how: int) -> NDArray[np.uint8]:
    return np.asarray(cv2.resize(image, (width, height), interpolation=how), np.uint8)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 999), SIDE, SIDE, SIDE, SIDE)
@example(0, 1, 1, 400, 400)
@example(1, 1, 300, 40, 1)
@example(2, 300, 1, 1, 40)
@example(3, 64, 48, 32, 24)
@example(4, 32, 24, 64, 48)
@example(5, 40, 48, 40, 20)
def test_bilinear_is_opencv_to_the_bit_and_bicubic_at_most_a_level_apart(
    seed: int, rows: int, columns: int, height: int, width: int
) -> None:
    image = noise(seed, rows, columns)
    expected = opencv(image, height, width, cv2.INTER_LINEAR)
    assert np.array_equal(resize(image, height, width, "bilinear", False), expected)
    near = opencv(image, height, width, cv2.INTER_CUBIC).astype(np.int16)
    assert np.abs(resize(image, height, width, "bicubic", False) - near).max() <= 1


@pytest.mark.parametrize("size", [(400, 400), (96, 160), (33, 700), (901, 64)])
@pytest.mark.parametrize("photo", PHOTOS, ids=lambda photo: photo.stem)
def test_resize_of_a_photo_is_opencvs(photo: Path, size: tuple[int, int]) -> None:
    image = decode(photo.read_bytes(), photo.name)
    expected = opencv(image, *size, cv2.INTER_LINEAR)
    assert np.array_equal(resize(image, *size, "bilinear", False), expected)
    near = opencv(image, *size, cv2.INTER_CUBIC).astype(np.int16)
    off = np.abs(resize(image, *size, "bicubic", False) - near)
    # IPP computes bicubic in float: 2.9% of the values are one level apart (measured).
    assert off.max() <= 1
    assert (off > 0).mean() < 0.08


@pytest.mark.parametrize("size", [(3000, 4000), (1, 20_000), (20_000, 2)])
def test_a_large_or_extreme_image_is_resized_as_opencv_does(size: tuple[int, int]) -> None:
    image = noise(1, *size)
    expected = opencv(image, 40, 48, cv2.INTER_LINEAR)
    assert np.array_equal(resize(image, 40, 48, "bilinear", False), expected)
    near = opencv(image, 40, 48, cv2.INTER_CUBIC).astype(np.int16)
    assert np.abs(resize(image, 40, 48, "bicubic", False) - near).max() <= 1
