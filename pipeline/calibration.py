"""What int8 is calibrated on: a folder of photos, or the recipe's own cases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipeline.child import progress
from pipeline.errors import OnparError
from pipeline.keys import source_digest
from pipeline.recipe import Inputs, Recipe

SUFFIXES = (".jpg", ".jpeg", ".png")


def calibration_photos(folder: str) -> list[Path]:
    """The JPEG and PNG files of a folder, by name; none for an empty `folder`.

    Raises OnparError for a folder that does not exist or holds none.
    """
    if not folder:
        return []
    path = Path(folder)
    if not path.is_dir():
        raise OnparError(f"--calibration {folder!r}: no such folder; name one of JPEGs or PNGs")
    photos = [p for p in path.iterdir() if p.suffix.lower() in SUFFIXES and p.name[0] != "."]
    if not photos:
        raise OnparError(f"--calibration {folder!r}: holds no {', '.join(SUFFIXES)} file")
    return sorted(photos)


def calibration(recipe: Recipe, folder: str) -> tuple[str, str]:
    """What int8 is calibrated on: in words for people, and as a digest for keys.

    Raises OnparError as `calibration_photos` does, and for a folder where the model takes no photo.
    """
    photos = calibration_photos(folder)
    if photos and recipe.model.prep is None:
        raise OnparError(f"--calibration {folder!r}: {recipe.model.recipe} takes no photo")
    if not photos:
        return f"the recipe's {len(recipe.cases())} cases", "cases"
    sha256 = source_digest(photos)
    return f"{len(photos)} photos of {Path(folder).name}, {sha256[:16]}…", sha256


def samples(recipe: Recipe, folder: str) -> Iterator[Inputs]:
    """The inputs to calibrate on; the first case gives what a photo does not."""
    photos = calibration_photos(folder)
    if not photos:
        yield from recipe.samples()
        return
    first = recipe.cases()[0].name
    for index, path in enumerate(photos):
        yield recipe.of_photo(path, first)
        progress(index + 1, len(photos))
