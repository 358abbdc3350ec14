"""A bicubic grid_sample, of which coremltools says nothing but "KeyError: np.int32(2)"."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from onpar import ModelSpec, Recipe, RecipeOptions, TensorSpec


class Warp(nn.Module):
    def forward(self, x):
        rows = torch.linspace(-1, 1, 5)
        grid = torch.stack(torch.meshgrid(rows, rows, indexing="ij"), -1)[None]
        return F.grid_sample(x, grid, mode="bicubic", align_corners=False)


def recipe(options: RecipeOptions) -> Recipe:
    draw = np.random.default_rng(0)
    return Recipe(
        options=options,
        model=ModelSpec(
            recipe=options.name,
            inputs=(TensorSpec("x", (1, 1, 8, 8)),),
            outputs=(TensorSpec("y", (1, 1, 5, 5)),),
        ),
        build=Warp,
        inputs={case: {"x": draw.random((1, 1, 8, 8), "f4")} for case in ("a", "b")},
    )
