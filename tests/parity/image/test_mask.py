"""Masks: a palette's indices, fitted to the model where the photo's pixels go."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from preps import Prep

from onpar.parity.image.decode import ImageError
from onpar.parity.image.fit import fit
from onpar.parity.image.mask import IGNORED_CLASS, fit_mask, read_mask
from onpar.parity.limits.limits import FITS

CLASSES = np.array([[0, 1, 2], [20, 255, 0]], np.uint8)


def png(image: Image.Image) -> bytes:
    buffer = BytesIO()
    image.save(buffer, "png")
    return buffer.getvalue()


def palette(values: np.ndarray) -> Image.Image:
    image = Image.fromarray(values)
    image.putpalette([v for index in range(256) for v in (index, 255 - index, 7)])
    return image


def prep(height: int, width: int, how: str) -> Prep:
    return Prep("image", height, width, (0.5,) * 3, (0.5,) * 3, how)


@pytest.mark.parametrize("image", [palette(CLASSES), Image.fromarray(CLASSES)])
def test_indices_of_a_palette_and_grey_levels_are_the_classes(image: Image.Image) -> None:
    np.testing.assert_array_equal(read_mask(png(image), "m.png", (2, 3), 21), CLASSES)


def test_a_palette_of_few_colours_keeps_its_indices() -> None:
    values = np.array([[0, 1], [3, 2]], np.uint8)
    small = palette(values)
    buffer = BytesIO()
    small.save(buffer, "png", bits=2)
    np.testing.assert_array_equal(read_mask(buffer.getvalue(), "m.png", (2, 2), 21), values)


def jpeg() -> bytes:
    buffer = BytesIO()
    Image.fromarray(CLASSES).save(buffer, "jpeg")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "size", "classes", "said"),
    [
        (png(palette(CLASSES)), (3, 2), 21, "m.png: is 3x2, its photo 2x3"),
        (png(palette(CLASSES)), (2, 3), 20, "m.png: has class 20, the model 0 to 19"),
        (png(palette(CLASSES).convert("RGB")), (2, 3), 21, "m.png: is a PNG of RGB with 8 bits"),
        (png(Image.new("1", (3, 2))), (2, 3), 21, "m.png: is a PNG of 1 with 1 bits"),
        (png(Image.fromarray(CLASSES.astype(np.uint16))), (2, 3), 21, "m.png: is a PNG of I;16"),
        (png(palette(CLASSES))[:-30], (2, 3), 21, "m.png: is broken or not whole"),
        (jpeg(), (2, 3), 21, "m.png: is not a PNG"),
        (b"", (2, 3), 21, "m.png: is not a PNG"),
    ],
)
def test_what_is_no_mask_of_the_photo_is_refused_by_name(
    data: bytes, size: tuple[int, int], classes: int, said: str
) -> None:
    with pytest.raises(ImageError) as refused:
        read_mask(data, "m.png", size, classes)
    assert str(refused.value).startswith(said)


def test_stretched_each_pixel_has_the_class_that_its_centre_lies_in() -> None:
    np.testing.assert_array_equal(
        fit_mask(CLASSES, prep(3, 2, "stretch")), [[0, 2], [20, 0], [20, 0]]
    )
    np.testing.assert_array_equal(fit_mask(CLASSES, prep(2, 3, "stretch")), CLASSES)


def test_what_a_letterbox_adds_is_ignored() -> None:
    values = np.arange(8, dtype=np.uint8).reshape(2, 4)
    found = fit_mask(values, prep(5, 4, "letterbox"))
    np.testing.assert_array_equal(found[1:3], values)
    assert (found[[0, 3, 4]] == IGNORED_CLASS).all()


def test_a_crop_keeps_the_centre() -> None:
    values = np.arange(8, dtype=np.uint8).reshape(2, 4)
    np.testing.assert_array_equal(fit_mask(values, prep(2, 2, "crop")), values[:, 1:3])


@pytest.mark.parametrize("how", FITS)
@pytest.mark.parametrize("size", [(37, 90), (90, 37), (64, 64), (12, 9)])
def test_it_lies_where_the_photo_lies(how: str, size: tuple[int, int]) -> None:
    """Of a photo whose left half is black and right half white, the mask's halves meet where the
    photo's do, and padding is padding in both."""
    half = np.zeros(size, np.uint8)
    half[:, size[1] // 2 :] = 1
    wanted = prep(40, 52, how)
    pixels = fit(np.repeat(half[:, :, None] * 255, 3, axis=2), Prep(
        "image", 40, 52, (0.5,) * 3, (0.5,) * 3, how, (0, 255, 0)
    ))  # fmt: skip
    mask = fit_mask(half, wanted)
    padding = (pixels == (0, 255, 0)).all(-1)
    np.testing.assert_array_equal(mask == IGNORED_CLASS, padding)
    sure = ~padding & ((pixels[..., 0] < 100) | (pixels[..., 0] > 155))
    assert sure.mean() > 0.2
    np.testing.assert_array_equal(mask[sure], pixels[..., 0][sure] > 127)
