"""The demo weights of `mobilenet_v3_small`: the class of a scene's one object."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from rich.progress import track
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from onpar.parity.contract.chain import before_run, perform
from onpar.parity.contract.chains import DECODED
from onpar.parity.contract.spec import ModelSpec, RecipeOptions
from onpar.pipeline.demo.card import CLASSIFICATION
from onpar.pipeline.demo.drawn_labels import label_of
from onpar.pipeline.demo.photographs import HELD_OUT_PHOTOS, pixels
from onpar.pipeline.demo.scenes import Image, scene_of_one
from onpar.pipeline.demo.task import Task
from onpar.pipeline.demo.write_scenes import HELD_OUT_SEED
from onpar.pipeline.recipes import load_recipe
from onpar.pipeline.recipes.imagenet import LABELS

RECIPE = "mobilenet_v3_small"

SIZE, SIDES = 128, (96, 128)
"""Side in pixels of the training scenes, and of the batches in turn, so that the weights are of use
at several sizes."""

HELD_OUT_SHAPE, EXPORTED, LARGE = (200, 260), 128, 224
"""Height and width of the held-out scenes, and the sides of the recipe's input that they are
prepared for by its own steps: one that the weights were trained for, and one beyond."""


def class_of(drawn: int) -> int:
    """ImageNet's class of a drawn class, which is in VOC's numbering."""
    return LABELS.index(label_of(drawn))


def draw(photos: Sequence[Image], seed: Sequence[int]) -> tuple[Image, NDArray[Any]]:
    """A training scene, and its class."""
    image, drawn = scene_of_one(photos, seed, SIZE, SIZE, varied=True)
    return image, np.array(class_of(drawn))


def loss(scores: Any, wanted: Tensor) -> tuple[Tensor, Tensor]:
    """Cross entropy over all 1,000 classes, of which most never occur."""
    plain = cross_entropy(scores, wanted)
    return plain, plain


def measure(model: nn.Module, scenes: int, device: torch.device) -> dict[str, Any]:
    """Top-1 and top-5 over all held-out scenes, and top-1 by the label, and of LARGE scenes."""
    wanted, ranks = held_out_ranks(model, scenes, EXPORTED, device)
    _, beyond = held_out_ranks(model, scenes, LARGE, device)
    return {
        "top1": round(float(np.mean(ranks < 1)), 4),
        "top5": round(float(np.mean(ranks < 5)), 4),
        "labels": {
            LABELS[label]: round(float(np.mean(ranks[wanted == label] < 1)), 4)
            for label in sorted(set(wanted.tolist()))
        },
        "shape": HELD_OUT_SHAPE,
        "exported": EXPORTED,
        "large": LARGE,
        "top1_large": round(float(np.mean(beyond < 1)), 4),
        "sides": SIDES,
    }


def held_out_ranks(
    model: nn.Module, scenes: int, side: int, device: torch.device
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The right class of each held-out scene, and its place among the scores, 0 for the first, of a
    recipe whose input has this side."""
    photos = pixels(HELD_OUT_PHOTOS)
    spec = load_recipe(RecipeOptions(RECIPE, side, side)).model
    wanted, ranks = [], []
    for index in track(range(scenes), "held-out scenes", transient=True):
        image, drawn = scene_of_one(photos, (*HELD_OUT_SEED, index), *HELD_OUT_SHAPE)
        with torch.inference_mode():
            scores = model(torch.from_numpy(prepared(spec, image)).to(device))[0].cpu()
        label = class_of(drawn)
        wanted.append(label)
        ranks.append(int((scores > scores[label]).sum()))
    return np.array(wanted), np.array(ranks)


def prepared(spec: ModelSpec, image: Image) -> NDArray[np.float32]:
    """A scene u8 [h, w, 3] as the model's input, by the recipe's own steps."""
    _, *steps = before_run(spec)
    [name] = [one.name for one in spec.inputs]
    made: NDArray[np.float32] = perform(steps, {DECODED: image}, {})[name]
    return made


TASK = Task(
    recipe=RECIPE,
    size=SIZE,
    batch=32,
    steps=1000,
    scenes=3000,
    draw=draw,
    loss=loss,
    measure=measure,
    card=CLASSIFICATION,
    sides=SIDES,
)
