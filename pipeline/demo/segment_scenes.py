"""The demo weights of `deeplabv3_mobilenet_v3_large`: the class of every pixel of a scene."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from rich.progress import track
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from onpar.parity.contract.classmap import argmax
from onpar.parity.contract.confusion import add, confusion, iou, sides
from onpar.pipeline.demo.card import SEGMENTATION
from onpar.pipeline.demo.photographs import HELD_OUT_PHOTOS, pixels
from onpar.pipeline.demo.scenes import CLASSES, Image, scene
from onpar.pipeline.demo.task import Task, normalised
from onpar.pipeline.demo.write_scenes import HELD_OUT_SEED
from onpar.pipeline.recipes.deeplabv3 import VOC_CLASSES

RECIPE = "deeplabv3_mobilenet_v3_large"

SIZE, LARGEST = 160, 2.1
"""Training scenes: their side in pixels, and the largest object's length relative to it. Objects
reach beyond the frame, so that the weights learn them as large as in the held-out scenes."""

HELD_OUT_SIZE = 400
"""Side in pixels of the held-out scenes: the default export size."""


def draw(photos: Sequence[Image], seed: Sequence[int]) -> tuple[Image, NDArray[Any]]:
    """A training scene, and its classes u8 [SIZE, SIZE]."""
    return scene(photos, seed, SIZE, SIZE, LARGEST, varied=True)


def loss(scores: Any, wanted: Tensor) -> tuple[Tensor, Tensor]:
    """That of the output, and with the auxiliary head's, weighted as torchvision's training."""
    plain = _loss(scores["out"], wanted)
    return plain, plain + 0.4 * _loss(scores["aux"], wanted)


def _loss(scores: Tensor, wanted: Tensor) -> Tensor:
    """Cross entropy of scores [N, C, H, W] in channels-last memory, computed on rows of classes:
    this makes a step on a CPU a quarter faster."""
    rows = scores.permute(0, 2, 3, 1).reshape(-1, scores.shape[1])
    return cross_entropy(rows, wanted.reshape(-1))


def held_out_ious(model: nn.Module, scenes: int, device: torch.device) -> dict[int, float]:
    """Intersection over union of each drawn class, and of the background (0), over all held-out
    scenes together; a class that does not occur is left out."""
    photos, classes = pixels(HELD_OUT_PHOTOS), len(VOC_CLASSES)
    table = np.zeros((classes, classes), np.int64)
    for index in track(range(scenes), "held-out scenes", transient=True):
        image, mask = scene(photos, (*HELD_OUT_SEED, index), HELD_OUT_SIZE, HELD_OUT_SIZE)
        with torch.inference_mode():
            got = model(normalised(image[None], device))["out"].cpu().numpy()
        add(table, confusion(mask, argmax(got), classes))
    shares = iou(sides(table))
    return {index: float(shares[index]) for index in (0, *CLASSES) if shares[index] >= 0}


def measure(model: nn.Module, scenes: int, device: torch.device) -> dict[str, Any]:
    """Intersection over union of each class, and the mean of those drawn."""
    ious = held_out_ious(model, scenes, device)
    return {
        "miou": round(float(np.mean([iou for index, iou in ious.items() if index])), 4),
        "ious": {index: round(iou, 4) for index, iou in ious.items()},
    }


TASK = Task(
    recipe=RECIPE,
    size=SIZE,
    batch=12,
    steps=4500,
    scenes=8000,
    draw=draw,
    loss=loss,
    measure=measure,
    card=SEGMENTATION,
)
