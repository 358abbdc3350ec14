"""A float16 file whose output is all zeros is wholly wrong: VALUE at output, 0.0 dB.

onpar parity --recipe f2_zeros_are_inf_db.py --format safetensors-fp16-tensor
"""

import numpy as np
from torch import nn

from onpar import ModelSpec, Recipe, RecipeOptions, TensorSpec


class Overflows(nn.Module):
    def forward(self, x):
        wide = 1e4 * (
            1 + x
        )  # its square is beyond 65,504: infinite in float16, so that 0 comes out
        return wide / (wide * wide).sum(1, keepdim=True).sqrt()


def recipe(options: RecipeOptions) -> Recipe:
    draw = np.random.default_rng(0)
    return Recipe(
        options=options,
        model=ModelSpec(
            recipe=options.name,
            inputs=(TensorSpec("x", (1, 8)),),
            outputs=(TensorSpec("y", (1, 8)),),
        ),
        build=Overflows,
        inputs={case: {"x": draw.random((1, 8), "f4")} for case in ("a", "b")},
    )
