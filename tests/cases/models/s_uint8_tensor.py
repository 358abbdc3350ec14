"""uint8 tensor in without a photo, NHWC."""

import numpy as np
import torch
from torch import nn

from onpar import ModelSpec, Recipe, RecipeOptions, TensorSpec


class Net(nn.Module):
    def __init__(self, cin=3):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(cin, 16, 3, 2, 1),
            nn.BatchNorm2d(16),
            nn.ReLU(),
            nn.Conv2d(16, 32, 3, 2, 1),
            nn.ReLU(),
        )
        self.head = nn.Linear(32, 10)

    def forward(self, image):
        return self.head(self.body(image.permute(0, 3, 1, 2).float() / 127.5 - 1).mean((2, 3)))


def build():
    torch.manual_seed(0)
    return Net()


def recipe(options: RecipeOptions) -> Recipe:
    h = w = 16
    return Recipe(
        options=options,
        model=ModelSpec(
            recipe=options.name,
            inputs=(TensorSpec("image", (1, h, w, 3), "uint8"),),
            outputs=(TensorSpec("scores", (1, 10)),),
        ),
        build=build,
        inputs={
            f"c{i}": {
                "image": np.random.default_rng(i).integers(0, 256, (1, h, w, 3)).astype(np.uint8)
            }
            for i in range(2)
        },
    )
