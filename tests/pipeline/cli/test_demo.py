"""The demo weights: their scenes, their training, and what they are worth."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from everyday import few
from PIL import Image
from safetensors import safe_open
from safetensors.torch import load_file

from onpar.parity.contract.classmap import MIN_VARIED_SHARE
from onpar.parity.contract.spec import RecipeOptions
from onpar.pipeline.demo.card import CLASSIFICATION, SEGMENTATION
from onpar.pipeline.demo.classify_scenes import RECIPE as CLASSIFIER
from onpar.pipeline.demo.classify_scenes import class_of, held_out_ranks
from onpar.pipeline.demo.drawn_labels import LABEL_OF
from onpar.pipeline.demo.photographs import HELD_OUT_PHOTOS, TRAIN, pixels
from onpar.pipeline.demo.scenes import CLASSES, scene, scene_of_one
from onpar.pipeline.demo.segment_scenes import RECIPE, held_out_ious
from onpar.pipeline.demo.train import TASKS, main
from onpar.pipeline.demo.write_scenes import (
    CASE_SEED,
    CASES,
    CASES_OF_ONE,
    HELD_OUT_SEED,
    write_committed,
    write_labelled,
)
from onpar.pipeline.evaluate.true_labels import classes_of, in_csv
from onpar.pipeline.module.build_module import build_module
from onpar.pipeline.paths import CALIBRATION, DEMO, ROOT, SCENES, SCENES_OF_ONE
from onpar.pipeline.recipes import load_recipe
from onpar.pipeline.recipes.deeplabv3 import VOC_CLASSES
from onpar.pipeline.recipes.imagenet import LABELS
from onpar.pipeline.weights.load import load_weights

WEIGHTS = DEMO / f"{RECIPE}.safetensors"


def test_a_scene_follows_from_its_seed_and_no_two_are_alike() -> None:
    photos = pixels(TRAIN)
    first, again, other = (scene(photos, (1, 2, n), 48, 64) for n in (3, 3, 4))
    assert first[0].shape == (48, 64, 3)
    assert first[1].shape == (48, 64)
    assert all(np.array_equal(*pair) for pair in zip(first, again, strict=True))
    assert not np.array_equal(first[0], other[0])


def test_every_class_occurs_and_objects_hide_one_another() -> None:
    photos = pixels(TRAIN)
    masks = [scene(photos, (0, 0, index), 64, 64)[1] for index in range(60)]
    assert {int(c) for mask in masks for c in np.unique(mask)} == {0, *CLASSES}
    assert len(CLASSES) >= 10
    touching = [
        mask
        for mask in masks
        if ((mask[:, 1:] != mask[:, :-1]) & (mask[:, 1:] * mask[:, :-1] > 0)).any()
    ]
    assert len(touching) >= 20


def test_where_the_mask_is_background_the_photograph_shows() -> None:
    grey = np.full((100, 100, 3), 128, np.uint8)
    image, mask = scene([grey], (0, 0, 1), 64, 64)
    shown = image[mask == 0].astype(float)
    # Light and noise are one for all of a scene; objects are of saturated colours.
    assert np.abs(shown - np.median(shown, 0)).mean() < 12
    drawn = image[mask > 0].astype(float)
    assert (drawn.max(1) - drawn.min(1)).mean() > 60


def test_what_is_held_out_was_not_trained_on() -> None:
    assert len(TRAIN) >= 10
    assert len(HELD_OUT_PHOTOS) >= 8
    assert not {path.read_bytes() for path in TRAIN} & {
        path.read_bytes() for path in HELD_OUT_PHOTOS
    }


def test_the_weights_and_their_card_are_those_that_were_trained() -> None:
    with safe_open(WEIGHTS, "pt") as file:
        figures = json.loads(file.metadata()["training"])
    figures["ious"] = {int(index): value for index, value in figures["ious"].items()}
    assert WEIGHTS.stat().st_size <= 23e6
    assert figures["miou"] >= 0.85
    assert figures["held_out"] >= 200
    assert figures["minutes"] <= 60
    assert figures["ious"].keys() == {0, *CLASSES}
    kept = load_file(WEIGHTS)
    assert {v.dtype for n, v in kept.items() if "running" not in n} == {torch.float16}
    card = SEGMENTATION.render(figures, recipe=RECIPE, names=VOC_CLASSES)
    assert WEIGHTS.with_suffix(".md").read_text(encoding="utf-8") == card


def test_the_classifiers_weights_and_their_card_are_those_that_were_trained() -> None:
    path = DEMO / f"{CLASSIFIER}.safetensors"
    with safe_open(path, "pt") as file:
        figures = json.loads(file.metadata()["training"])
    assert path.stat().st_size <= 6e6
    assert figures["top1"] >= 0.9
    assert figures["held_out"] >= 200
    assert figures["labels"].keys() == set(LABEL_OF.values())
    assert CLASSIFICATION.render(figures, recipe=CLASSIFIER) == path.with_suffix(".md").read_text(
        encoding="utf-8"
    )


def test_every_drawn_class_has_a_label_of_imagenet_of_its_own() -> None:
    assert len({class_of(drawn) for drawn in CLASSES}) == len(CLASSES)
    assert LABELS[class_of(VOC_CLASSES.index("aeroplane"))] == "airliner"


@pytest.mark.parametrize("scenes", few(40, 200))
def test_the_classifier_recognises_held_out_scenes_as_well_as_its_card_says(scenes: int) -> None:
    recipe = load_recipe(RecipeOptions(CLASSIFIER, 128, 128))
    model = build_module(recipe)
    load_weights(model, recipe, "demo", True, Path("unused"))
    _, ranks = held_out_ranks(model, scenes, 128, torch.device("cpu"))
    assert (ranks < 1).mean() >= 0.85
    assert (ranks < 5).mean() >= 0.95


@pytest.mark.parametrize("scenes", few(12, 30))
def test_they_recognise_held_out_scenes_as_well_as_their_card_says(scenes: int) -> None:
    recipe = load_recipe(RecipeOptions(RECIPE, 400, 400))
    model = build_module(recipe)
    load_weights(model, recipe, "demo", True, Path("unused"))
    # Of some scenes instead of 200.
    ious = held_out_ious(model, scenes, torch.device("cpu"))
    assert np.mean([value for index, value in ious.items() if index]) >= 0.8


def test_the_committed_scenes_are_those_that_are_drawn(tmp_path: Path) -> None:
    write_committed(tmp_path)
    for committed in (*SCENES, *SCENES_OF_ONE, *CALIBRATION.glob("*.jpg")):
        drawn = tmp_path / committed.relative_to(ROOT / "golden")
        again, kept = (np.asarray(Image.open(path)).astype(int) for path in (drawn, committed))
        # numpy's powers and exponentials are rounded otherwise on another processor.
        assert np.abs(again - kept).max() <= (1 if committed.suffix == ".png" else 8)


def test_the_scenes_among_the_cases_are_not_nearly_one_class_and_one_is_not_square() -> None:
    assert len(SCENES) == 2
    shapes = []
    for name, (seed, height, width) in CASES.items():
        _, mask = scene(pixels(HELD_OUT_PHOTOS), (*CASE_SEED, seed), height, width)
        assert (mask > 0).mean() >= MIN_VARIED_SHARE, name
        shapes.append(mask.shape)
    assert any(height != width for height, width in shapes)


def test_the_classifiers_cases_are_named_after_what_they_show() -> None:
    assert [path.name for path in SCENES_OF_ONE] == [*CASES_OF_ONE]
    for name, (seed, height, width) in CASES_OF_ONE.items():
        _, drawn = scene_of_one(pixels(HELD_OUT_PHOTOS), (*CASE_SEED, seed), height, width)
        assert f"{VOC_CLASSES[drawn]}.png" == name


def test_scenes_of_one_object_have_labels_that_evaluate_reads(tmp_path: Path) -> None:
    write_labelled(tmp_path, 4, (40, 50))
    names = sorted(path.name for path in (tmp_path / "images").iterdir())
    labels = tmp_path / "labels.csv"
    found = classes_of(in_csv(labels), names, labels, LABELS)
    photos = pixels(HELD_OUT_PHOTOS)
    drawn = [scene_of_one(photos, (*HELD_OUT_SEED, index), 40, 50)[1] for index in range(4)]
    assert [found[name] for name in names] == [class_of(one) for one in drawn]
    assert Image.open(tmp_path / "images" / names[0]).size == (50, 40)


@pytest.mark.slow
@pytest.mark.parametrize("recipe", TASKS)
def test_training_runs_from_a_seed_and_writes_weights_and_card(
    recipe: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "weights.safetensors"
    short = [recipe, "--steps", "3", "--scenes", "4", "--held-out", "1", "--out", str(out)]
    monkeypatch.setattr(sys, "argv", ["train", *short])
    states = []
    for _ in range(2):
        assert main() == 0
        states.append(load_file(out))
    assert states[0].keys() == states[1].keys()
    assert all(torch.equal(states[0][name], states[1][name]) for name in states[0])
    card = " ".join(out.with_suffix(".md").read_text(encoding="utf-8").split())
    assert f"3 steps of {TASKS[recipe].batch} of 4 scenes, from scratch, seed 0" in card
