"""The golden of a photo that a target decoded, in a separate process."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray
from torch import nn

from onpar.parity.contract.capture import Capture, digest, write_capture
from onpar.parity.contract.golden import golden_metadata
from onpar.parity.contract.spec import RecipeOptions
from onpar.parity.contract.tolerance import Floors
from onpar.pipeline.golden.gates import Prepared, half_floors, measure_floors, measure_gates
from onpar.pipeline.golden.golden_job import as_golden, as_half, prepare
from onpar.pipeline.jobs.child import progress
from onpar.pipeline.photos.photo import Photo, pixels_of
from onpar.pipeline.recipes.recipe import Recipe
from onpar.pipeline.weights.load_module import load_module


def make_golden_from(
    photo: dict[str, Any],
    options: dict[str, Any],
    weights: str,
    weights_sha256: str,
    key: str,
    path: str,
    half: str,
) -> None:
    """Write the golden of the photo to `path`, and float16's to `half`.

    Raises OnparError if its capture has changed meanwhile, or the reference cannot run.
    """
    taken = msgspec.convert(photo, Photo)
    pixels = pixels_of(taken)
    recipe, module = load_module(RecipeOptions(**options), Path(weights))
    golden, floors = golden_of(
        recipe, module, taken, pixels, weights_sha256, Path(weights).name, key
    )
    if floors:
        write_capture(Path(half), as_half(golden, floors))
    write_capture(Path(path), golden)


def golden_of(
    recipe: Recipe,
    module: nn.Module,
    photo: Photo,
    pixels: dict[str, NDArray[np.uint8]],
    weights_sha256: str,
    weights: str,
    key: str,
) -> tuple[Capture, Mapping[str, Floors] | None]:
    """The golden, and float16's floors, of a photo's `pixels` u8 [H, W, 3], by their name in the
    chain. The noise floor covers it and the recipe's photos; the gates use the first of these with
    a different input. `module` is float32, in eval mode, and may be changed."""
    double = copy.deepcopy(module).double()
    cases, own = recipe.cases(), list[Prepared]()
    for index, case in enumerate(cases):
        own.append(prepare(recipe, double, case, {}, recipe.sources_of(case.name)))
        progress(index + 1, 2 * (len(cases) + 1))
    one = prepare(recipe, double, photo.as_case, pixels, {})
    del double
    floors = measure_floors(recipe, module, [*own, one])
    half = half_floors(recipe, module, [*own, one])
    inputs = digest(one.inputs)
    others = (other for other in own if digest(other.inputs) != inputs)
    gates = measure_gates(recipe, module, one, next(others, None))
    extra = golden_metadata(key, floors, gates, decoded_by=photo.decoded_by)
    return as_golden(recipe, one, weights_sha256, weights, extra), half
