"""The layers that int8 keeps in float32: the recipe's, or those of `--float-layers`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from onpar.exporters import Variant
from onpar.exporters.quantization.layer_names import (
    FloatLayers,
    as_tuples,
    float_layer_faults,
    of_format,
)
from onpar.parity.files.json_file import JsonError, read_json
from onpar.pipeline.errors import OnparError
from onpar.pipeline.recipes.recipe import Recipe
from onpar.pipeline.weights.choice import Choice


def float_layers(recipe: Recipe, choice: Choice) -> FloatLayers:
    """Those of the file that the user names, else the recipe's. Raises OnparError for a file that
    cannot be used."""
    if not choice.float_layers:
        return recipe.float_layers
    where = f"--float-layers {choice.float_layers}"
    try:
        layers: Any = read_json(Path(choice.float_layers), object)
    except JsonError as error:
        raise OnparError(f"{where}: {error}; `onpar quantize` writes such a file") from error
    if not isinstance(layers, dict | list):
        layers = [layers]
    for fault in float_layer_faults(layers):
        raise OnparError(f"{where}: {fault}; `onpar quantize` writes such a file")
    return as_tuples(layers)


def layers_in_float(recipe: Recipe, choice: Choice, variant: Variant) -> tuple[str, ...]:
    """The layers of a variant, sorted; none if it is not int8, or made from a file that is.
    Raises OnparError as `float_layers` does."""
    if variant.precision != "int8":
        return ()
    return of_format(float_layers(recipe, choice), variant.format)
