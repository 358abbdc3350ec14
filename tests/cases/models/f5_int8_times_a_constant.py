"""coreml-int8 of `c * tensor`, where the file multiplies by another constant, is wholly wrong.

onpar parity --recipe f5_int8_times_a_constant.py --format coreml-int8-tensor

The quantizer also quantizes the constant 40; coremltools 9.0 folds `scale * (int8 - int8)`
(frontend/torch/quantization_ops.py:164), where 127 - -128 wraps to -1: the file multiplies by
-0.157.
"""

import numpy as np
import torch
from torch import nn

from onpar import ModelSpec, Recipe, RecipeOptions, TensorSpec


class Scaled(nn.Module):
    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.conv = nn.Conv2d(3, 4, 3)

    def forward(self, x):
        return 40 * self.conv(x)


def recipe(options: RecipeOptions) -> Recipe:
    draw = np.random.default_rng(0)
    return Recipe(
        options=options,
        model=ModelSpec(
            recipe=options.name,
            inputs=(TensorSpec("x", (1, 3, 16, 16)),),
            outputs=(TensorSpec("y", (1, 4, 14, 14)),),
        ),
        build=Scaled,
        inputs={case: {"x": draw.standard_normal((1, 3, 16, 16), "f4")} for case in ("a", "b")},
    )
