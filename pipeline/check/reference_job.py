"""The reference: the recipe's module in eager PyTorch, float64 on the float32 input."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from onpar.parity.contract.capture import digest, read_capture
from onpar.parity.contract.spec import RecipeOptions
from onpar.parity.judge.file import model_inputs
from onpar.pipeline.check.reference_cache import reference_path, write_reference
from onpar.pipeline.errors import as_message
from onpar.pipeline.jobs.child import progress
from onpar.pipeline.module.run_module import run_module
from onpar.pipeline.weights.load_module import load_module


def run_references(
    options: dict[str, Any], weights: str, module_key: str, captures: list[str], cache: str
) -> dict[str, str]:
    """Run the reference on the captures' own inputs, and store the outputs in the cache, by digest.

    Gives the reason for each capture on which it cannot run; the others are still run.
    """
    reasons = {}
    recipe, module = load_module(RecipeOptions(**options), Path(weights))
    module.double()
    for index, path in enumerate(captures):
        try:
            # The digest covers all inputs of the capture, which may have more than the model's.
            given = model_inputs(read_capture(Path(path)), recipe.model)
            result = run_module(module, recipe.in_order(given), recipe.model.outputs, torch.float64)
        except Exception as error:  # The user's code may fail on inputs of no case.
            reasons[path] = as_message(error)
        else:
            write_reference(reference_path(Path(cache), module_key, digest(given)), result)
        progress(index + 1, len(captures))
    return reasons
