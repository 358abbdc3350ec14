"""A ConvTranspose2d with output_padding, which coremltools writes with `crop`."""

import numpy as np
import torch
from torch import nn

from onpar import ModelSpec, Recipe, RecipeOptions, TensorSpec


class Up(nn.Module):
    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.up = nn.ConvTranspose2d(2, 3, 3, stride=2, padding=1, output_padding=1)

    def forward(self, x):
        return self.up(x)


def recipe(options: RecipeOptions) -> Recipe:
    draw = np.random.default_rng(0)
    return Recipe(
        options=options,
        model=ModelSpec(
            recipe=options.name,
            inputs=(TensorSpec("x", (1, 2, 4, 4)),),
            outputs=(TensorSpec("y", (1, 3, 8, 8)),),
        ),
        build=Up,
        inputs={case: {"x": draw.random((1, 2, 4, 4), "f4")} for case in ("a", "b")},
    )
