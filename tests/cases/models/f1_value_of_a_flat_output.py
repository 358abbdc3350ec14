"""An output [1, 8], which coremltools 9.0 converts to zeros: `x % 1`."""

import numpy as np
from torch import nn

from onpar import ModelSpec, Recipe, RecipeOptions, TensorSpec


class Fraction(nn.Module):
    def forward(self, x):
        return x % 1


def recipe(options: RecipeOptions) -> Recipe:
    draw = np.random.default_rng(0)
    return Recipe(
        options=options,
        model=ModelSpec(
            recipe=options.name,
            inputs=(TensorSpec("x", (1, 8)),),
            outputs=(TensorSpec("y", (1, 8)),),
        ),
        build=Fraction,
        inputs={case: {"x": 5 * draw.random((1, 8), "f4")} for case in ("a", "b")},
    )
