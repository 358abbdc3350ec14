"""The recipes: one file a model, one line here."""

from __future__ import annotations

from importlib import import_module

from parity.spec import RecipeOptions
from pipeline.errors import OnparError
from pipeline.recipe import Recipe

RECIPES = {
    "deeplabv3_resnet50": "pipeline.recipes.deeplabv3_resnet50",
    "deeplabv3_resnet101": "pipeline.recipes.deeplabv3_resnet101",
    "deeplabv3_mobilenet_v3_large": "pipeline.recipes.deeplabv3_mobilenet_v3_large",
}
"""Name of a recipe, and the module whose `recipe(options)` makes it."""


def load_recipe(options: RecipeOptions) -> Recipe:
    """The recipe that the options name. Raises OnparError where there is none of that name: a
    capture's artifact may be of another onpar."""
    if options.recipe not in RECIPES:
        raise OnparError(f"unknown recipe {options.recipe!r}; known: {', '.join(RECIPES)}")
    recipe: Recipe = import_module(RECIPES[options.recipe]).recipe(options)
    return recipe
