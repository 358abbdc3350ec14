"""A segmentation model as small as it can have what the large ones have: a residual, batch norms, a
squeezed branch of one pixel, resizing, joining. It is exported in every format."""

import torch
from torch import nn

from onpar import ModelSpec, Recipe, RecipeOptions, TensorSpec, class_map, photo

CLASSES = ("road", "house", "sky", "tree")


class Street(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.stem = nn.Sequential(nn.Conv2d(3, 16, 3, 2, 1), nn.BatchNorm2d(16), nn.Hardswish())
        self.deep = nn.Sequential(
            nn.Conv2d(16, 16, 3, 1, 2, 2, 16), nn.BatchNorm2d(16), nn.ReLU(), nn.Conv2d(16, 16, 1)
        )
        self.squeezed = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(16, 8, 1), nn.ReLU())
        self.scores = nn.Conv2d(24, len(CLASSES), 1)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        x = self.stem(image)
        x = (x + self.deep(x)).relu()
        whole = nn.functional.interpolate(self.squeezed(x), (16, 24))
        found = self.scores(torch.cat((x, whole), 1))
        return nn.functional.interpolate(found, (32, 48), mode="bilinear", align_corners=False)


def recipe(options: RecipeOptions) -> Recipe:
    return Recipe(
        options=options,
        model=ModelSpec(
            recipe=options.name,
            inputs=(TensorSpec("image", (1, 3, 32, 48)),),
            outputs=(TensorSpec("out", (1, len(CLASSES), 32, 48)),),
            steps=(
                *photo("image", 32, 48, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
                class_map("out", CLASSES, ((128, 64, 128), (70, 70, 70), (0, 0, 255), (0, 99, 0))),
            ),
        ),
        build=Street,
    )
