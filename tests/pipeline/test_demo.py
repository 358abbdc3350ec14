"""The demo weights: their scenes, their training, and what they are worth."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file

from pipeline.demo.photographs import HELD_OUT, TRAIN, pixels
from pipeline.demo.scenes import CLASSES, scene
from pipeline.demo.train import RECIPE
from pipeline.paths import DEMO

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
    assert len(HELD_OUT) >= 8
    assert not {path.read_bytes() for path in TRAIN} & {path.read_bytes() for path in HELD_OUT}


def test_training_runs_from_a_seed_and_writes_weights_and_card(tmp_path: Path) -> None:
    out = tmp_path / "weights.safetensors"
    few = ["--steps", "3", "--scenes", "4", "--held-out", "1", "--out", str(out)]
    command = [sys.executable, "-m", "pipeline.demo.train", *few]
    states = []
    for _ in range(2):
        subprocess.run(command, check=True, capture_output=True)
        states.append(load_file(out))
    assert states[0].keys() == states[1].keys()
    assert all(torch.equal(states[0][name], states[1][name]) for name in states[0])
    card = " ".join(out.with_suffix(".md").read_text(encoding="utf-8").split())
    assert "3 steps of 12 of 4 scenes, from scratch, seed 0" in card
