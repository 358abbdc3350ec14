"""A model whose int8 Core ML file multiplies by -0.157 instead of 40, so that 3 of 4 pixels change
class: what that file is off by is no tolerance.

onpar evaluate --images photos --artifact FILE.mlpackage --tolerances t.json
"""

import torch
from torch import nn

from onpar import ModelSpec, Recipe, RecipeOptions, TensorSpec, class_map, photo


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.head = nn.Conv2d(3, 3, 1, bias=False)
        with torch.no_grad():
            self.head.weight[:, :, 0, 0] = torch.eye(3)

    def forward(self, image):
        return 40 * self.head(image)


def recipe(options: RecipeOptions) -> Recipe:
    h, w = options.height, options.width
    return Recipe(
        options=options,
        model=ModelSpec(
            recipe=options.name,
            inputs=(TensorSpec("image", (1, 3, h, w)),),
            outputs=(TensorSpec("scores", (1, 3, h, w)),),
            steps=(
                *photo("image", h, w, (0.5, 0.5, 0.5), (0.25, 0.25, 0.25)),
                class_map("scores", ("r", "g", "b"), ((255, 0, 0), (0, 255, 0), (0, 0, 255))),
            ),
        ),
        build=Net,
    )
