"""Two photos of different sizes, and what they have in common: each case names both."""

from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

from onpar import ModelSpec, Recipe, RecipeOptions, TensorSpec, photo

IMAGES = Path(__file__).parents[2] / "golden" / "images"
PAIRS = {"cats": ("chelsea.png", "coffee.png"), "flight": ("astronaut.png", "rocket.jpg")}


class Stereo(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.near, self.far = nn.Conv2d(3, 8, 3, 2, 1), nn.Conv2d(3, 8, 3, 1, 1)

    def forward(self, left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
        near, far = F.relu(self.near(left)), F.relu(self.far(right))
        return (near * far).mean(1, keepdim=True)


def recipe(options: RecipeOptions) -> Recipe:
    h, w = options.height, options.width
    half = (h // 2, w // 2)
    return Recipe(
        options=options,
        model=ModelSpec(
            recipe=options.name,
            inputs=(TensorSpec("left", (1, 3, h, w)), TensorSpec("right", (1, 3, *half))),
            outputs=(TensorSpec("alike", (1, 1, *half)),),
            steps=(
                *photo("left", h, w, source="left"),
                *photo("right", *half, fit="crop", source="right"),
            ),
        ),
        build=Stereo,
        inputs={
            case: {"left": IMAGES / left, "right": IMAGES / right}
            for case, (left, right) in PAIRS.items()
        },
    )
