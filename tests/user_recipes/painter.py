"""A model of integers that paints: its photo is resized as OpenCV does, it takes int8, and what it
makes is a picture."""

import torch
from torch import nn

from onpar import ModelSpec, Quantize, Recipe, RecipeOptions, TensorSpec, ToImage, photo

SCALE, ZERO_POINT = 1 / 127, -3


class Painter(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(3)
        self.register_buffer("scale", torch.tensor(SCALE))
        self.first, self.last = nn.Conv2d(3, 12, 3, 1, 1), nn.Conv2d(12, 3, 3, 1, 1)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        x = (image.to(self.scale.dtype) - ZERO_POINT) * self.scale
        return torch.tanh(x + self.last(torch.relu(self.first(x))))


def recipe(options: RecipeOptions) -> Recipe:
    h, w = options.height, options.width
    half = (0.5, 0.5, 0.5)
    return Recipe(
        options=options,
        model=ModelSpec(
            recipe=options.name,
            inputs=(TensorSpec("image", (1, 3, h, w), "int8"),),
            outputs=(TensorSpec("painted", (1, 3, h, w)),),
            steps=(
                *photo("floats", h, w, half, half, "crop", filter="bicubic", antialias=False),
                Quantize(("floats",), ("image",), SCALE, ZERO_POINT, "int8"),
                ToImage(("painted",), ("picture",), 127.5, 128, "NCHW"),
            ),
        ),
        build=Painter,
    )
