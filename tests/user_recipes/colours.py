"""A classifier that says which colour a photo has most of: as small as one can be, and right."""

import torch
from torch import nn

from onpar import Recipe, RecipeOptions, classification

LABELS = ("red", "green", "blue", "grey", "crane", "crane")


class Colours(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.stem = nn.Conv2d(3, 8, 3, 2, 1)
        self.scores = nn.Linear(8, len(LABELS))
        with torch.no_grad():
            own = torch.eye(8)[:, :3] - torch.eye(8)[:, :3].mean(1, keepdim=True)
            self.stem.weight.mul_(0.001)
            self.stem.bias.zero_()
            self.stem.weight[..., 1, 1] += own
            self.scores.weight.copy_(20 * torch.eye(8)[: len(LABELS)])
            self.scores.bias.copy_(torch.tensor([0, 0, 0, -1.0, -2, -3]))

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        return self.scores(self.stem(image).relu().mean((2, 3)))


def recipe(options: RecipeOptions) -> Recipe:
    return Recipe(
        options=options,
        model=classification(options, LABELS, mean=(0, 0, 0), std=(1, 1, 1)),
        build=Colours,
    )
