"""The message for a module that fails on a case's inputs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onpar.pipeline.errors import NoReferenceError
from onpar.pipeline.recipes.recipe import Recipe
from onpar.pipeline.recipes.user_code import as_user_message


def failed_run(
    error: Exception, recipe: Recipe, inputs: Mapping[str, NDArray[Any]], case: str
) -> NoReferenceError:
    """An error of the user's forward(), with the line, the case and the inputs: their shapes, and
    of whole numbers the least and the largest, as an index may be out of range."""
    given = ", ".join(f"{name} {_described(value)}" for name, value in inputs.items())
    said = as_user_message(error, Path(recipe.options.recipe))
    return NoReferenceError(
        f"recipe {recipe.model.recipe}: the module fails on the inputs of case {case} ({given}): "
        f"{said}"
    )


def _described(value: NDArray[Any]) -> str:
    shape = str(list(value.shape))
    if value.size and np.issubdtype(value.dtype, np.integer):
        return f"{shape} of {value.min()} to {value.max()}"
    return shape
