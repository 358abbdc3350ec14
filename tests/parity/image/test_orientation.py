"""A photo is upright whichever way the camera was held."""

from io import BytesIO

import numpy as np
import pytest
from image_bytes import PIXELS, chunk, encoded
from PIL import Image, ImageOps

from onpar.parity.image.decode import ImageError, decode


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("orientation", range(10))
def test_exif_orientation_is_applied_and_an_unknown_one_is_not(orientation: int, kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encoded(PIXELS, kind, exif=exif)
    expected = np.asarray(ImageOps.exif_transpose(Image.open(BytesIO(data))))
    assert np.array_equal(decode(data, "a"), expected)
    assert expected.shape == ((20, 12, 3) if 5 <= orientation <= 8 else (12, 20, 3))


def test_orientation_6_turns_the_camera_on_its_side_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert np.array_equal(decode(encoded(PIXELS, exif=exif), "a"), np.rot90(PIXELS, -1))


def test_exif_behind_the_pixels_of_a_png_counts() -> None:
    exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x03\0\0\0\0\0\0\0"
    data = encoded(PIXELS)
    data = data[:-12] + chunk(b"eXIf", exif) + data[-12:]
    assert np.array_equal(decode(data, "a.png"), PIXELS[::-1, ::-1])


def test_only_exif_turns_a_photo() -> None:
    """Pillow's exif_transpose would turn it; the decoders of phones do not read XMP."""
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><r tiff:Orientation="6"/></x:xmpmeta>'
    data = encoded(PIXELS, "JPEG", xmp=xmp)
    assert decode(data, "a.jpg").shape == PIXELS.shape


def test_damaged_exif_is_refused() -> None:
    with pytest.raises(ImageError, match=r"^a\.jpg: has EXIF data that cannot be read"):
        decode(encoded(PIXELS, "JPEG", exif=b"Exif\0\0garbage"), "a.jpg")
