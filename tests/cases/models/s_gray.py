"""Gray, one channel, which no step makes."""

import torch
from torch import nn

from onpar import ModelSpec, Recipe, RecipeOptions, TensorSpec, photo


class Net(nn.Module):
    def __init__(self, cin=1):
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
        return self.head(self.body(image).mean((2, 3)))


def build():
    torch.manual_seed(0)
    return Net()


def recipe(options: RecipeOptions) -> Recipe:
    h, w = options.height, options.width
    return Recipe(
        options=options,
        model=ModelSpec(
            recipe=options.name,
            inputs=(TensorSpec("image", (1, 1, h, w)),),
            steps=photo("image", h, w, (0.5,), (0.5,)),
            outputs=(TensorSpec("scores", (1, 10)),),
        ),
        build=build,
    )
