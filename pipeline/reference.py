"""The reference: the recipe's module in eager PyTorch, float64 on the float32 input."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import nn

from parity.capture import digest, read_capture
from parity.spec import RecipeOptions, TensorSpec
from pipeline.child import progress
from pipeline.recipes import load_recipe
from pipeline.reference_cache import reference_path, write_reference
from pipeline.run_module import run_module
from pipeline.state_dict import fit_state


def load_module(options: RecipeOptions, weights: Path) -> tuple[nn.Module, tuple[TensorSpec, ...]]:
    """The recipe's module in eval mode with the weights of a `safetensors` artifact, and the specs
    of its outputs."""
    recipe = load_recipe(options)
    module = recipe.build()
    fit_state(module, recipe, load_file(weights), str(weights))
    return module.eval(), recipe.model.outputs


def run_references(
    options: dict[str, Any], weights: str, weights_sha256: str, captures: list[str], cache: str
) -> None:
    """Run the reference on the captures' own inputs; the outputs go to the cache, by digest."""
    module, outputs = load_module(RecipeOptions(**options), Path(weights))
    module.double()
    for index, path in enumerate(captures):
        inputs = read_capture(Path(path)).group("input")
        result = run_module(module, inputs, outputs, torch.float64)
        write_reference(reference_path(Path(cache), weights_sha256, digest(inputs)), result)
        progress(index + 1, len(captures))
