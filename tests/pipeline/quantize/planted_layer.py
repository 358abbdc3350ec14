"""A recipe's file with one layer that int8 cannot hold."""

from __future__ import annotations

from pathlib import Path

SIZE = "32x32"

BAD = "body.4"
"""Each of its channels has a weight a hundred times as large as its others. What that weight is
multiplied with is always 0, so that the model does not need it."""

TEXT = """\
from onpar import ModelSpec, Recipe, TensorSpec, photo


def build():
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            torch.manual_seed(0)
            layers = []
            for inside in (3, 16, 16, 16):
                layers += [nn.Conv2d(inside, 16, 3, padding=1), nn.ReLU()]
            self.body, self.head = nn.Sequential(*layers), nn.Conv2d(16, 4, 1)
            with torch.no_grad():
                for layer in self.body[::2]:
                    layer.weight.mul_(2)
                self.body[2].bias[0] = -1000  # The activation behind it is 0.
                self.body[4].weight[:, 0, 1, 1] = 40

        def forward(self, image):
            return self.head(self.body(image))

    return Net()


def recipe(options):
    h, w = options.height, options.width
    return Recipe(
        options=options,
        model=ModelSpec(
            recipe=options.name,
            inputs=(TensorSpec("image", (1, 3, h, w)),),
            outputs=(TensorSpec("scores", (1, 4, h, w)),),
            steps=photo("image", h, w, (0.5, 0.5, 0.5), (0.25, 0.25, 0.25)),
        ),
        build=build,
    )
"""


def written(folder: Path, *changes: tuple[str, str], name: str = "mine.py") -> Path:
    """The file, with each first part replaced by the second."""
    text = TEXT
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path = folder / name
    path.write_text(text)
    return path
