"""What int8 is calibrated on is the user's to choose, makes another file, and stands in it."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from artifacts import Made, artifacts
from builds import RECIPE
from calls import SEEDED, export, refusal
from here import onpar_here

from onpar.parity.contract.spec import RecipeOptions
from onpar.pipeline.build_folder.keys import artifact_digest
from onpar.pipeline.demo.photographs import HELD_OUT_PHOTOS, TRAIN
from onpar.pipeline.demo.write_scenes import CALIBRATION_COUNT
from onpar.pipeline.export.calibration import MAX_IMAGES, calibration_photos
from onpar.pipeline.paths import PHOTOGRAPHS, PHOTOS
from onpar.pipeline.recipes import load_recipe

VARIANT = "onnx-int8-tensor"

RECIPE_HERE = load_recipe(RecipeOptions(RECIPE, 96, 160))


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """A folder of two photos, and of files that are none."""
    folder = tmp_path / "my photos"
    folder.mkdir()
    for path in TRAIN[:2]:
        shutil.copy2(path, folder / path.name.upper())
    (folder / "notes.txt").write_text("no photo")
    (folder / ".hidden.jpg").write_text("no photo")
    return folder


def exported(build: Path, *calibration: str | Path) -> tuple[bool, Made]:
    """Export int8; whether that was done anew, and the artifact."""
    done = onpar_here(*export(build, "onnx-int8"), *calibration, "--json")
    assert done.returncode == 0, done.stderr
    [one] = [one for one in json.loads(done.stdout) if one["variant"] == VARIANT]
    return one["fresh"], artifacts(build)[VARIANT]


@pytest.mark.slow
def test_another_folder_makes_another_file_of_another_key_and_back_again(
    onnx: Path, photos: Path
) -> None:
    fresh, (path, cases) = exported(onnx)
    assert not fresh
    assert cases.calibration.startswith("26 photos of calibration, ")
    before = path.read_bytes()
    fresh, (_, own) = exported(onnx, "--calibration", photos)
    assert fresh
    assert own.calibration.startswith("2 photos of my photos, ")
    assert own.key != cases.key
    assert own.sha256 == artifact_digest(path) != cases.sha256
    assert exported(onnx, "--calibration", photos) == (False, (path, own))
    shutil.copy2(TRAIN[2], photos)
    fresh, (_, more) = exported(onnx, "--calibration", photos)
    assert fresh
    assert more.calibration.startswith("3 photos of my photos, ")
    assert len({cases.key, own.key, more.key}) == 3
    assert exported(onnx)[0]
    assert path.read_bytes() == before


def test_only_int8_depends_on_the_calibration(wide_build: Path, photos: Path) -> None:
    names = ("onnx-fp32", "ptl-fp32", "coreml-fp32", "coreml-fp16")
    chosen = [word for name in names for word in ("--format", name)]
    options: list[str | Path] = [*SEEDED, *chosen, "--calibration", photos, "--build", wide_build]
    done = onpar_here("export", *options, "--json")
    assert done.returncode == 0, done.stderr
    assert not any(one["fresh"] for one in json.loads(done.stdout))
    assert all(
        not a.calibration for _, a in artifacts(wide_build).values() if a.precision != "int8"
    )


def refused(build: Path, folder: Path) -> str:
    before = artifacts(build)
    said = refusal(*export(build, "onnx-int8"), "--calibration", folder)
    assert artifacts(build) == before
    return said


def test_a_folder_that_does_not_exist_is_refused(onnx: Path, tmp_path: Path) -> None:
    folder = tmp_path / "nowhere"
    said = refused(onnx, folder)
    assert said == (
        f"onpar: --calibration {str(folder)!r}: no such folder; name one of JPEGs or PNGs"
    )


def test_a_file_for_a_folder_is_refused(onnx: Path) -> None:
    assert "no such folder; name one of JPEGs or PNGs" in refused(onnx, TRAIN[0])


def test_a_folder_without_a_photo_is_refused(onnx: Path, photos: Path) -> None:
    for path in photos.glob("[!.]*.[PJ]*"):
        path.unlink()
    said = refused(onnx, photos)
    assert said == f"onpar: --calibration {str(photos)!r}: holds no .jpg, .jpeg, .png file"


def test_a_photo_that_cannot_be_decoded_is_named_and_the_old_file_stays(
    onnx: Path, photos: Path
) -> None:
    before = artifacts(onnx)
    (photos / "broken.png").write_bytes(PHOTOGRAPHS[0].read_bytes()[:-1000])
    done = onpar_here(*export(onnx, "onnx-int8"), "--calibration", photos)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    said = done.stderr.splitlines()[-1]
    assert said.startswith(f"onpar: export {VARIANT}: broken.png: is broken or not whole (")
    assert artifacts(onnx) == before


def test_a_folder_called_like_a_photo_is_refused_in_words(onnx: Path, photos: Path) -> None:
    (photos / "folder.png").mkdir()
    assert "folder.png" in refused(onnx, photos)


WITHOUT_PHOTO = """
import numpy as np
from torch import nn
from onpar.parity.contract.spec import ModelSpec
from onpar.parity.contract.tensor_spec import TensorSpec
from onpar.pipeline.recipes.recipe import Recipe

def recipe(options):
    model = ModelSpec(options.name, (TensorSpec("x", (1, 4)),), (TensorSpec("y", (1, 2)),))
    cases = {name: {"x": np.full((1, 4), k, np.float32)} for k, name in enumerate("ab")}
    return Recipe(options, model, lambda: nn.Linear(4, 2), inputs=cases)
"""


def test_photos_for_a_model_that_takes_none_are_refused(tmp_path: Path, photos: Path) -> None:
    recipe = tmp_path / "numbers.py"
    recipe.write_text(WITHOUT_PHOTO)
    options: list[str | Path] = [
        "--recipe",
        recipe,
        "--format",
        "onnx-int8",
        "--build",
        tmp_path / "build",
    ]
    said = refusal("export", *options, "--calibration", photos)
    assert said == (
        f"onpar: --calibration {str(photos)!r}: numbers takes no photo; leave it out: int8 is then "
        "calibrated on the recipe's cases"
    )


def test_of_many_photos_the_same_are_taken_on_every_machine(tmp_path: Path) -> None:
    for index in range(MAX_IMAGES + 20):
        (tmp_path / f"{index}.jpg").write_bytes(f"{index}".encode())
    taken = [path.name for path in calibration_photos(RECIPE_HERE, str(tmp_path))]
    assert len(taken) == MAX_IMAGES
    # The lowest SHA-256 of all names: `printf 60.jpg | sha256sum` and so on.
    digests = {name: hashlib.sha256(name.encode()).hexdigest() for name in taken}
    left = {p.name for p in tmp_path.iterdir()} - set(taken)
    assert max(digests.values()) < min(hashlib.sha256(n.encode()).hexdigest() for n in left)


def test_a_cases_own_photo_is_not_calibrated_on(photos: Path) -> None:
    shutil.copy2(PHOTOS[0], photos / "mine.jpg")
    taken = calibration_photos(RECIPE_HERE, str(photos))
    assert [path.name for path in taken] == sorted(path.name.upper() for path in TRAIN[:2])


def test_the_recipes_own_photos_show_none_of_its_cases() -> None:
    assert RECIPE_HERE.calibration is not None
    own = list(RECIPE_HERE.calibration.glob("*.jpg"))
    assert calibration_photos(RECIPE_HERE, "") == sorted(own)
    assert len(own) == CALIBRATION_COUNT + len(TRAIN)
    # Their backgrounds are the training's, those of the cases are held out.
    assert not {path.read_bytes() for path in HELD_OUT_PHOTOS} & {
        path.read_bytes() for path in TRAIN
    }


def test_a_folder_of_nothing_but_cases_is_refused(onnx: Path, tmp_path: Path) -> None:
    folder = tmp_path / "cases"
    folder.mkdir()
    shutil.copy2(PHOTOS[0], folder)
    assert "holds only photos of the cases, on which int8 is judged" in refused(onnx, folder)
