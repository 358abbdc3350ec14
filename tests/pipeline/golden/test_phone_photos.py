"""Two of the default cases are photos as phones have them."""

from __future__ import annotations

from pathlib import Path

from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from onpar.parity.image.decode import decode
from onpar.pipeline.demo.write_phone_photos import ORIENTATION, TURNED_LEFT, write
from onpar.pipeline.paths import PHONE_PHOTOS, PHOTOS

ASTRONAUT, CHELSEA = PHONE_PHOTOS


def test_they_are_what_the_script_makes_of_the_published_photographs(tmp_path: Path) -> None:
    made = tmp_path / ASTRONAUT.name, tmp_path / CHELSEA.name
    write(made)
    for path, committed in zip(made, PHONE_PHOTOS, strict=True):
        assert path.read_bytes() == committed.read_bytes()


def test_one_is_portrait_turned_by_exif_with_half_the_colour_and_over_1024_pixels() -> None:
    with Image.open(ASTRONAUT) as stored:
        assert stored.getexif()[ORIENTATION] == TURNED_LEFT
        assert isinstance(stored, JpegImageFile)
        assert stored.layer[0][1:3] == (2, 2) and stored.layer[1][1:3] == (1, 1)  # 4:2:0
        width, height = stored.size
    upright = decode(ASTRONAUT.read_bytes(), ASTRONAUT.name)
    assert upright.shape == (width, height, 3)
    assert height < 1024 < width


def test_one_is_smaller_than_any_usual_input() -> None:
    assert decode(CHELSEA.read_bytes(), CHELSEA.name).shape == (60, 44, 3)


def test_they_are_cases_of_every_recipe_without_photos_of_its_own() -> None:
    assert PHOTOS[:2] == PHONE_PHOTOS and len(PHOTOS) == 4
