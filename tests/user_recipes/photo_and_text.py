"""Inputs in another order than forward()'s, a dictionary of outputs: how well a photo fits a text,
and its features."""

import numpy as np
import torch
from torch import nn

from onpar import ModelSpec, Recipe, RecipeOptions, TensorSpec, photo

WORDS = 50
TEXTS = {"astronaut": [3, 7, 7, 1], "chelsea": [9, 2, 4, 1], "coffee": [5, 1, 0, 0]}
TEXTS["rocket"] = [8, 8, 6, 1]


class PhotoAndText(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.photo = nn.Sequential(nn.Conv2d(3, 8, 5, 4), nn.GELU(), nn.Conv2d(8, 16, 3, 2))
        self.words = nn.Embedding(WORDS, 16)
        self.places = nn.Linear(4, 16)

    def forward(
        self, tokens: torch.Tensor, place: torch.Tensor, photo: torch.Tensor
    ) -> dict[str, torch.Tensor]:
        photos = self.photo(photo).mean((2, 3))
        texts = self.words(tokens).mean(1) + self.places(place).tanh()
        return {"text_features": texts, "fit": (photos * texts).sum(1), "photo_features": photos}


def recipe(options: RecipeOptions) -> Recipe:
    h, w = options.height, options.width
    inputs = {
        case: {"text": np.array([text]), "place": np.array([text], np.float32) / 10}
        for case, text in TEXTS.items()
    }
    return Recipe(
        options=options,
        model=ModelSpec(
            recipe=options.name,
            inputs=(
                TensorSpec("photo", (1, 3, h, w)),
                TensorSpec("text", (1, 4), "int64"),
                TensorSpec("place", (1, 4)),
            ),
            outputs=(
                TensorSpec("fit", (1,)),
                TensorSpec("photo_features", (1, 16)),
                TensorSpec("text_features", (1, 16)),
            ),
            steps=photo("photo", h, w, (0.5, 0.5, 0.5), (0.25, 0.25, 0.25), "letterbox"),
        ),
        build=PhotoAndText,
        inputs=inputs,
        bind={"text": "tokens"},
    )
