"""What the trainer of the demo weights has to know of a task."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from jinja2 import Template
from numpy.typing import NDArray
from torch import Tensor, nn

from onpar.parity.contract.chains import IMAGENET_MEAN, IMAGENET_STD
from onpar.pipeline.demo.scenes import Image


@dataclass(frozen=True)
class Task:
    """A recipe, and how it learns generated scenes.

    size        side of the training scenes in pixels
    steps       how many batches it trains, unless the user says so; `scenes`: of how many scenes
    draw        a training scene u8 [size, size, 3] over the photos, by its seed, and its target
    sides       sides that batches are resized to, in turn; empty for `size` alone
    loss        the loss to print and the whole one, of the model's result and the targets
    measure     the figures of so many held-out scenes
    card        the model card, of all figures
    """

    recipe: str
    size: int
    batch: int
    steps: int
    scenes: int
    draw: Callable[[Sequence[Image], Sequence[int]], tuple[Image, NDArray[Any]]]
    loss: Callable[[Any, Tensor], tuple[Tensor, Tensor]]
    measure: Callable[[nn.Module, int, torch.device], dict[str, Any]]
    card: Template
    sides: tuple[int, ...] = field(default=())


def normalised(images: Image, device: torch.device) -> Tensor:
    """Scenes u8 [N, H, W, 3] as the recipes' input f32 [N, 3, H, W], channels last in memory."""
    levels = torch.from_numpy(np.ascontiguousarray(images)).to(device).permute(0, 3, 1, 2).float()
    mean, std = (
        torch.tensor(v, device=device).view(1, 3, 1, 1) for v in (IMAGENET_MEAN, IMAGENET_STD)
    )
    return ((levels / 255 - mean) / std).contiguous(memory_format=torch.channels_last)
