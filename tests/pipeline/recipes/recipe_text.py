"""A user's recipe file as text, for tests that change a part of it."""

from __future__ import annotations

from pathlib import Path

from onpar.parity.contract.spec import RecipeOptions
from onpar.pipeline.recipes import load_recipe
from onpar.pipeline.recipes.recipe import Recipe

TEXT = """\
# A recipe that tests put mistakes into.
from pathlib import Path

import numpy as np

from onpar import ModelSpec, Recipe, TensorSpec, class_map, photo


def build():
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(3, 4, 3)

        def forward(self, image):
            y = self.conv(image).relu().mean((2, 3))
            return y

    return Net()


def recipe(options):
    h, w = options.height, options.width
    return Recipe(
        options=options,
        model=ModelSpec(
            recipe=options.name,
            inputs=(TensorSpec("image", (1, 3, h, w)),),
            outputs=(TensorSpec("scores", (1, 4)),),
            steps=photo("image", h, w, (0.5, 0.5, 0.5), (0.25, 0.25, 0.25)),
        ),
        build=build,
    )
"""

SIZE = "24x32"


def changed(*changes: tuple[str, str]) -> str:
    """The text with each first part replaced by the second. Each occurs once."""
    text = TEXT
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def written(folder: Path, *changes: tuple[str, str], name: str = "mine.py") -> Path:
    """The file of the changed text."""
    path = folder / name
    path.write_text(changed(*changes), encoding="utf-8")
    return path


def loaded(path: Path) -> Recipe:
    """The recipe of a file, at SIZE."""
    height, width = map(int, SIZE.split("x"))
    return load_recipe(RecipeOptions(str(path), height, width))
