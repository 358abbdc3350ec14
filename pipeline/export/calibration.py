"""The calibration data for int8: a folder of photos, the recipe's or the user's, or the recipe's
cases."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from onpar.parity.contract.chain import images_of
from onpar.pipeline.build_folder.keys import file_digest, source_digest
from onpar.pipeline.errors import OnparError
from onpar.pipeline.jobs.child import progress
from onpar.pipeline.recipes.recipe import Inputs, Recipe

SUFFIXES = (".jpg", ".jpeg", ".png")

MAX_IMAGES = 64
"""The most photos used from a folder: more hardly change a range, and each is run in float32."""


def calibration_photos(recipe: Recipe, folder: str) -> list[Path]:
    """The JPEG and PNG files of `folder` or, if it is empty, of the recipe's folder, by name; none
    if the recipe has no folder. If there are more than MOST, those whose names have the lowest
    SHA-256: the same on every machine. Photos of cases are left out: int8 would be judged on its
    calibration data.

    Raises OnparError if the folder does not exist or has no photos, or the model does not take one
    photo.
    """
    if not folder and recipe.calibration is None:
        return []
    path = Path(folder) if folder else recipe.calibration
    assert path is not None
    if not recipe.photo_source:
        takes = "several photos" if images_of(recipe.model) else "no photo"
        raise OnparError(
            f"--calibration {str(path)!r}: {recipe.model.recipe} takes {takes}; leave it out: "
            "int8 is then calibrated on the recipe's cases"
        )
    if not path.is_dir():
        raise OnparError(f"--calibration {str(path)!r}: no such folder; name one of JPEGs or PNGs")
    found = [p for p in path.iterdir() if p.suffix.lower() in SUFFIXES and p.name[0] != "."]
    if not found:
        raise OnparError(f"--calibration {str(path)!r}: holds no {', '.join(SUFFIXES)} file")
    cases = {one.sha256 for case in recipe.cases() for one in case.sources}
    taken = sorted(found, key=lambda p: hashlib.sha256(p.name.encode()).digest())[:MAX_IMAGES]
    photos = sorted(p for p in taken if not (p.is_file() and file_digest(p) in cases))
    if not photos:
        raise OnparError(
            f"--calibration {str(path)!r}: holds only photos of the cases, on which int8 is "
            "judged; add others"
        )
    return photos


def calibration(recipe: Recipe, folder: str) -> tuple[str, str]:
    """The calibration data for int8: as text for people, and as a digest for keys.

    Raises OnparError as `calibration_photos` does.
    """
    photos = calibration_photos(recipe, folder)
    if not photos:
        return f"the recipe's {len(recipe.cases())} cases", "cases"
    sha256 = source_digest(photos)
    return f"{len(photos)} photos of {photos[0].parent.name}, {sha256[:16]}…", sha256


def samples(recipe: Recipe, folder: str) -> Iterator[Inputs]:
    """The inputs to calibrate on; the first case gives the inputs other than the photo."""
    photos = calibration_photos(recipe, folder)
    if not photos:
        yield from recipe.samples()
        return
    first = recipe.cases()[0].name
    for index, path in enumerate(photos):
        yield recipe.inputs_of(recipe.sources_of(first, path))
        progress(index + 1, len(photos))
