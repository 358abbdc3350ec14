"""`onpar evaluate` of masks: the published selfie segmentation, on photos and with their masks; and
of class maps that are smaller than the photo."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builds import Once, model_of
from here import onpar_here
from PIL import Image

from onpar.parity.contract.spec import RecipeOptions
from onpar.parity.evaluation.evaluation import read_evaluation
from onpar.parity.evaluation.summaries.mask_figures import MaskFigures, MaskReference
from onpar.pipeline.evaluate.true_masks import read_truth
from onpar.pipeline.paths import PHOTOGRAPHS, ROOT
from onpar.pipeline.recipes import load_recipe

PERSON = "astronaut"
"""The photograph of a person."""

SEGFORMER = ROOT / "tests" / "user_recipes" / "segformer.py"
"""A model whose class map has a quarter of the photo's height and width."""


@pytest.fixture(scope="module")
def selfie(once: Once) -> Path:
    """The recipe in TorchScript, which is exported fast."""

    def make(folder: Path) -> None:
        model = ("--recipe", "selfie_segmentation", "--size", "256x256")
        done = onpar_here(
            "export", *model, "--format", "torchscript-fp32-tensor", "--build", folder
        )
        assert done.returncode == 0, done.stdout + done.stderr

    return model_of(once.made("selfie", make), "fp32-tensor.pt")


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


def test_a_mask_fits_a_class_map_that_is_smaller_than_the_photo() -> None:
    """Of each pixel of the class map the class at its centre, whichever size the photo has."""
    model = load_recipe(RecipeOptions(str(SEGFORMER), 64, 96)).model
    classes = np.arange(16 * 24).reshape(16, 24).astype(np.uint8) % 4
    for scale in (4, 12):
        mask = np.kron(classes, np.ones((scale, scale), np.uint8))
        content = BytesIO()
        Image.fromarray(mask).save(content, "png")
        decoded = {"decoded": np.zeros((*mask.shape, 3), np.uint8)}
        np.testing.assert_array_equal(
            read_truth(content.getvalue(), "mask.png", model, decoded), classes
        )
