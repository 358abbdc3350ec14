"""`onpar evaluate` of masks: the published selfie segmentation, on photos and with their masks; and
of class maps that are smaller than the photo."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builds import Once, model_of
from here import onpar_here
from PIL import Image

from onpar.parity.contract.chain import perform
from onpar.parity.contract.spec import RecipeOptions
from onpar.parity.contract.steps.decode_image import ImageFile
from onpar.parity.evaluation.evaluation import read_evaluation
from onpar.parity.evaluation.summaries.mask_figures import MaskFigures, MaskReference
from onpar.pipeline.paths import PHOTOGRAPHS
from onpar.pipeline.recipes import load_recipe

PERSON = "astronaut"
"""The photograph of a person."""


@pytest.fixture(scope="module")
def selfie(once: Once) -> Path:
    """The recipe in ONNX."""

    def make(folder: Path) -> None:
        model = ("--recipe", "selfie_segmentation", "--size", "256x256")
        done = onpar_here("export", *model, "--format", "onnx-fp32-tensor", "--build", folder)
        assert done.returncode == 0, done.stdout + done.stderr

    return model_of(once.made("selfie-onnx", make), "fp32-tensor.onnx")


@pytest.fixture
def images(tmp_path: Path) -> Path:
    """The photograph of a person, and one without."""
    folder = tmp_path / "images"
    folder.mkdir()
    for path in PHOTOGRAPHS:
        if path.stem in (PERSON, "rocket"):
            Image.open(path).convert("RGB").resize((120, 90)).save(folder / f"{path.stem}.png")
    return folder


def evaluate(images: Path, *options: str | Path) -> dict[str, Any]:
    done = onpar_here("evaluate", "--images", images, *options, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def test_a_mask_is_compared_with_floats_and_with_the_given_ones(
    selfie: Path, images: Path, tmp_path: Path
) -> None:
    options: tuple[str | Path, ...] = ("--artifact", selfie, "--build", tmp_path / "build")
    alone = read_evaluation(Path(evaluate(images, *options)["json"]))
    assert isinstance(alone.reference, MaskReference)
    assert alone.reference.truth is None
    [one] = alone.artifacts
    assert isinstance(one.seen, MaskFigures)
    assert one.seen.agreement > 0.9999 and one.seen.iou is not None and one.seen.iou > 0.999
    masks = tmp_path / "masks"
    masks.mkdir()
    for path in images.iterdir():
        # The left half is a person; a column in the middle is ignored.
        mask = np.zeros((90, 120), np.uint8)
        mask[:, :60] = path.stem == PERSON
        mask[:, 60] = 255
        mask[0, 0] = 1
        Image.fromarray(mask).save(masks / path.name)
    said = evaluate(images, "--masks", masks, *options)
    done = read_evaluation(Path(said["json"]))
    assert isinstance(done.reference, MaskReference)
    truth = done.reference.truth
    assert truth is not None and 0.3 < truth.iou < 0.9
    assert isinstance(done.artifacts[0].seen, MaskFigures)
    own = done.artifacts[0].seen.truth
    assert own is not None and abs(own.drop) < 0.1
    assert "IoU of person" in Path(said["html"]).read_text("utf-8")
    shown = onpar_here("evaluate", "--images", images, "--masks", masks, *options).stdout
    assert "Against the masks" in shown and f"{truth.iou:.4f}" in shown


def test_masks_of_0_and_255_are_refused_and_said_how_to_write(
    selfie: Path, images: Path, tmp_path: Path
) -> None:
    masks = tmp_path / "masks"
    masks.mkdir()
    for path in images.iterdir():
        Image.fromarray(np.full((90, 120), 255, np.uint8)).save(masks / path.name)
    options = ("--masks", masks, "--artifact", selfie, "--build", tmp_path / "build")
    done = onpar_here("evaluate", "--images", images, *options)
    assert done.returncode == 2
    assert "astronaut.png: has 255, which is ignored, and no 1; write 1 where" in done.stderr


def test_a_mask_fits_a_class_map_that_is_smaller_than_the_photo(
    segformer: Path, images: Path, tmp_path: Path
) -> None:
    """Its own class map, four times as large, is a mask without a fault."""
    recipe = load_recipe(RecipeOptions("tests/user_recipes/segformer.py", 64, 96))
    masks = tmp_path / "masks"
    masks.mkdir()
    for path in images.iterdir():
        mask = np.kron(np.arange(16 * 24).reshape(16, 24) % 4, np.ones((4, 4))).astype(np.uint8)
        photo = perform(recipe.model.steps[:2], {}, {"photo": ImageFile("a", path.read_bytes())})
        Image.fromarray(photo["resized"]).save(path)
        Image.fromarray(mask).save(masks / path.name)
    options: tuple[str | Path, ...] = ("--artifact", segformer, "--build", tmp_path / "build")
    said = evaluate(images, "--masks", masks, *options)
    [records] = Path(said["html"]).parent.glob("records-1.jsonl")
    for line in records.read_text().splitlines():
        seen = json.loads(line)["reference"]["seen"]
        rows = [0] * 4
        for row, _, pixels in seen["truth"]:
            rows[row] += pixels
        assert rows == [16 * 24 // 4] * 4
