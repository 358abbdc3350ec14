"""An avg_pool with ceil_mode, whose overhanging windows Core ML divides by the whole kernel."""

import numpy as np
from torch import nn

from onpar import ModelSpec, Recipe, RecipeOptions, TensorSpec


def recipe(options: RecipeOptions) -> Recipe:
    draw = np.random.default_rng(0)
    return Recipe(
        options=options,
        model=ModelSpec(
            recipe=options.name,
            inputs=(TensorSpec("x", (1, 1, 5, 5)),),
            outputs=(TensorSpec("y", (1, 1, 3, 3)),),
        ),
        build=lambda: nn.AvgPool2d(2, 2, ceil_mode=True),
        inputs={case: {"x": 1 + draw.random((1, 1, 5, 5), "f4")} for case in ("a", "b")},
    )
