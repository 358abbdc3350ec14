"""A tuple of outputs, and Python that torch.jit.script does not take: it is traced."""

import torch
from torch import nn

from onpar import ModelSpec, Recipe, RecipeOptions, TensorSpec, photo


class Pyramid(nn.Module):
    def __init__(self, *channels: int) -> None:
        super().__init__()
        pairs = zip((3, *channels), channels, strict=False)
        self.steps = nn.ModuleList(nn.Conv2d(a, b, 3, 2, 1) for a, b in pairs)

    def forward(self, *inputs: torch.Tensor, **options: bool) -> tuple[torch.Tensor, ...]:
        (x,) = inputs
        levels = [x := step(x).relu() for step in self.steps]
        if x.shape[3] > 8 and not options:  # a decision on a shape: static, so it may be baked in
            levels = [level.mean(1, keepdim=True) for level in levels]
        return tuple(levels)


def recipe(options: RecipeOptions) -> Recipe:
    h, w = options.height, options.width
    return Recipe(
        options=options,
        model=ModelSpec(
            recipe=options.name,
            inputs=(TensorSpec("image", (1, 3, h, w)),),
            outputs=(
                TensorSpec("fine", (1, 1, h // 2, w // 2)),
                TensorSpec("coarse", (1, 1, h // 4, w // 4)),
            ),
            steps=photo("image", h, w, (0, 0, 0), (1, 1, 1)),
        ),
        build=lambda: Pyramid(8, 16),
        left_out={"torchscript-int8": "torch.fx cannot trace what decides by a shape"},
    )
