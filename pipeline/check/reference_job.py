"""The reference: the recipe's module in eager PyTorch, float64 on the float32 input."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from onpar.parity.contract.capture import digest, read_capture
from onpar.parity.contract.spec import RecipeOptions
from onpar.parity.judge.stages import model_inputs
from onpar.pipeline.check.reference_cache import reference_path, write_reference
from onpar.pipeline.errors import in_words
from onpar.pipeline.jobs.child import progress
from onpar.pipeline.module.run_module import run_module
from onpar.pipeline.weights.load_module import load_module


def run_references(
    options: dict[str, Any], weights: str, module_key: str, captures: list[str], cache: str
) -> dict[str, str]:
    """Run the reference on the captures' own inputs; the outputs go to the cache, by digest.

    Gives the reason, by capture, where it cannot run on one: the others are still run.
    """
    reasons = {}
    recipe, module = load_module(RecipeOptions(**options), Path(weights))
    module.double()
    for index, path in enumerate(captures):
        try:
            # The digest is of all that the capture has: it may have more than the model takes.
            given = model_inputs(read_capture(Path(path)), recipe.model)
            result = run_module(module, recipe.in_order(given), recipe.model.outputs, torch.float64)
        except Exception as error:  # Inputs that no case has, in code that anyone may have written.
            reasons[path] = in_words(error)
        else:
            write_reference(reference_path(Path(cache), module_key, digest(given)), result)
        progress(index + 1, len(captures))
    return reasons
