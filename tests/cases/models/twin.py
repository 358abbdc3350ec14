"""A linear layer. The test copies this file under two names: two recipes of the same bytes."""

import numpy as np
import torch
from torch import nn

from onpar import ModelSpec, Recipe, RecipeOptions, TensorSpec

SEED, CASES = 0, ("a", "b")


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        torch.manual_seed(SEED)
        self.linear = nn.Linear(4, 3)

    def forward(self, x):
        return self.linear(x)


def recipe(options: RecipeOptions) -> Recipe:
    draw = np.random.default_rng(0)
    return Recipe(
        options=options,
        model=ModelSpec(
            recipe=options.name,
            inputs=(TensorSpec("x", (1, 4)),),
            outputs=(TensorSpec("y", (1, 3)),),
        ),
        build=Net,
        inputs={case: {"x": draw.random((1, 4), "f4")} for case in CASES},
    )
