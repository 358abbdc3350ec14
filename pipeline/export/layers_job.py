"""Checks that a recipe's module has the layers that int8 keeps in float32."""

from __future__ import annotations

from typing import Any

import msgspec
from torch import nn

from onpar.exporters.quantization.layer_names import unknown_layer
from onpar.pipeline.errors import OnparError
from onpar.pipeline.export.float_layers import float_layers
from onpar.pipeline.module.build_module import build_module
from onpar.pipeline.recipes import load_recipe
from onpar.pipeline.recipes.recipe import Recipe
from onpar.pipeline.weights.choice import Choice


def check_layers(module: nn.Module, recipe: Recipe, choice: Choice) -> None:
    """Raises OnparError for a layer that the module that build() returns does not have."""
    names = [name for name, _ in module.named_modules(remove_duplicate=False) if name]
    fault = unknown_layer(float_layers(recipe, choice), names)
    if fault and choice.float_layers:
        raise OnparError(f"--float-layers {choice.float_layers}: names {fault}")
    if fault:
        raise OnparError(f"recipe {recipe.model.recipe}: float_layers names {fault}")


def check_choice(choice: dict[str, Any]) -> None:
    """The same for a choice, as a job."""
    chosen = msgspec.convert(choice, Choice)
    recipe = load_recipe(chosen.options)
    check_layers(build_module(recipe), recipe, chosen)
