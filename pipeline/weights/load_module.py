"""A recipe's module with the weights of an artifact."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from safetensors.torch import load_file
from torch import Tensor, nn

from onpar.parity.contract.spec import RecipeOptions
from onpar.pipeline.module.binding import bound
from onpar.pipeline.module.build_module import build_module
from onpar.pipeline.recipes import load_recipe
from onpar.pipeline.recipes.recipe import Recipe
from onpar.pipeline.weights.state_dict import fit_state


def load_module(options: RecipeOptions, weights: Path) -> tuple[Recipe, nn.Module]:
    """The recipe, and its module with the weights of a `safetensors` artifact."""
    recipe = load_recipe(options)
    return recipe, with_weights(recipe, load_file(weights), str(weights))


def with_weights(recipe: Recipe, state: Mapping[str, Tensor], source: str) -> nn.Module:
    """The recipe's module in eval mode, with the weights of `source`, and the recipe's inputs in
    the recipe's order."""
    module = build_module(recipe)
    fit_state(module, recipe, state, source)
    return bound(module, recipe)
