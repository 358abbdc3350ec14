"""Builds a recipe's module, identically in every process."""

from __future__ import annotations

import random
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import torch
from torch import nn

from onpar.pipeline.errors import OnparError
from onpar.pipeline.recipes.recipe import Recipe
from onpar.pipeline.recipes.user_code import as_user_message
from onpar.pipeline.recipes.user_imports import user_imports


def build_module(recipe: Recipe) -> nn.Module:
    """The module in eval mode, its parameters float32 on the CPU, without gradients.

    Random values in build() come from a fixed seed: an artifact holds only the state dict, and a
    random table would differ in the reference's process.

    Raises OnparError if `build` fails, with the user's line, or returns something else.
    """
    random.seed(0)
    np.random.seed(0)
    torch.manual_seed(0)
    where = f"recipe {recipe.model.recipe}: build()"
    file = Path(recipe.options.recipe)
    try:
        with user_imports(file) if file.suffix == ".py" else nullcontext():
            module = recipe.build()
    except OnparError:
        raise
    except (Exception, SystemExit) as error:  # The user's code may raise anything.
        said = as_user_message(error, file)
        raise OnparError(f"{where} fails: {said}") from error
    if not isinstance(module, nn.Module):
        raise OnparError(f"{where} gave {type(module).__name__}, expected a torch.nn.Module")
    if hasattr(module, "_orig_mod"):
        raise OnparError(f"{where} gave a compiled module; return it without torch.compile")
    for name, parameter in module.named_parameters():
        if parameter.device.type != "cpu":
            raise OnparError(
                f"{where}: {name} is on {parameter.device}, expected the CPU; build the module "
                'there, and load checkpoints with map_location="cpu"'
            )
        if parameter.is_floating_point() and parameter.dtype != torch.float32:
            dtype = str(parameter.dtype).removeprefix("torch.")
            raise OnparError(
                f"{where}: {name} is {dtype}, expected float32, as onpar makes the other "
                "precisions itself; end build() with .float()"
            )
    module.requires_grad_(False)
    for part in module.modules():
        # A weight that is computed from parameters (weight_norm) cannot be copied with its graph.
        computed = {k: v for k, v in vars(part).items() if isinstance(v, torch.Tensor)}
        vars(part).update({name: value.detach() for name, value in computed.items()})
    return module.eval()
