"""What the pixels of a file are. Every fixture but the committed photos is made here."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from image_bytes import PIXELS, encoded, png
from PIL import Image

from onpar.parity.image.decode import decode

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("photo", ["astronaut.png", "chelsea.png", "coffee.png"])
def test_a_committed_png_is_what_pillow_reads(photo: str) -> None:
    path = ROOT / "golden" / "images" / photo
    pixels = decode(path.read_bytes(), photo)
    assert np.array_equal(pixels, np.asarray(Image.open(path)))
    assert pixels.flags.c_contiguous and pixels.flags.writeable and pixels.dtype == np.uint8


def test_a_jpeg_is_what_pillow_reads() -> None:
    data = encoded(PIXELS, "JPEG")
    assert np.array_equal(decode(data, "a.jpg"), np.asarray(Image.open(BytesIO(data))))


def test_a_jpeg_with_a_second_picture_behind_it_is_its_first_picture() -> None:
    second = Image.fromarray(255 - PIXELS)
    data = encoded(PIXELS, "MPO", save_all=True, append_images=[second])
    assert np.array_equal(decode(data, "a.jpg"), np.asarray(Image.open(BytesIO(data))))


@pytest.mark.parametrize("alpha", [0, 1, 3, 128])
def test_alpha_is_dropped_and_the_colours_under_it_stay(alpha: int) -> None:
    rgba = np.dstack([PIXELS, np.full(PIXELS.shape[:2], alpha, np.uint8)])
    assert np.array_equal(decode(encoded(rgba), "a.png"), PIXELS)
    grey = Image.merge("LA", [Image.fromarray(rgba[..., band]) for band in (0, 3)])
    assert np.array_equal(decode(encoded(grey), "a.png"), PIXELS[..., [0, 0, 0]])


@pytest.mark.parametrize("transparency", [5, bytes(range(64))])
def test_a_palette_is_expanded_and_its_transparency_dropped(
    transparency: int | bytes, recwarn: pytest.WarningsRecorder
) -> None:
    palette = Image.fromarray(PIXELS).quantize(64)
    expected = np.asarray(palette.convert("RGB"))
    assert np.array_equal(decode(encoded(palette, transparency=transparency), "a.png"), expected)
    assert not recwarn


def test_a_transparent_colour_is_a_colour_like_any_other() -> None:
    data = encoded(PIXELS, transparency=tuple(PIXELS[0, 0].tolist()))
    assert np.array_equal(decode(data, "a.png"), PIXELS)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_grey_is_expanded_to_rgb(kind: str) -> None:
    data = encoded(PIXELS[..., 0], kind)
    stored = np.asarray(Image.open(BytesIO(data)))
    assert np.array_equal(decode(data, "a"), np.repeat(stored[..., None], 3, 2))


@pytest.mark.parametrize("depth, levels", [(1, [255, 0]), (2, [255, 170]), (4, [255, 170])])
def test_grey_of_fewer_bits_spans_black_to_white(depth: int, levels: list[int]) -> None:
    data = png(2, 1, depth, 0, b"\0" + {1: b"\x80", 2: b"\xe0", 4: b"\xfa"}[depth])
    assert decode(data, "a.png")[0, :, 0].tolist() == levels
