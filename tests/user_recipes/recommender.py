"""No photo: a recommender, whose cases are arrays."""

import numpy as np
import torch
from torch import nn

from onpar import ModelSpec, Recipe, RecipeOptions, TensorSpec


class Recommender(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.films = nn.Embedding(100, 16)
        self.score = nn.Sequential(nn.Linear(20, 32), nn.ReLU(), nn.Linear(32, 100))

    def forward(self, seen: torch.Tensor, person: torch.Tensor) -> torch.Tensor:
        return self.score(torch.cat([self.films(seen).mean(1), person], 1))


def recipe(options: RecipeOptions) -> Recipe:
    draw = np.random.default_rng(0)
    return Recipe(
        options=options,
        model=ModelSpec(
            recipe=options.name,
            inputs=(TensorSpec("seen", (1, 5), "int64"), TensorSpec("person", (1, 4))),
            outputs=(TensorSpec("scores", (1, 100)),),
        ),
        build=Recommender,
        inputs={
            name: {"seen": draw.integers(0, 100, (1, 5)), "person": draw.random((1, 4), "f4")}
            for name in ("ann", "bob", "eve")
        },
    )
