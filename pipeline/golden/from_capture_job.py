"""The golden of a photo that a target decoded, in a separate process."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import nn

from onpar.parity.contract.capture import Capture, CaptureInfo, digest, read_capture, write_capture
from onpar.parity.contract.golden import golden_metadata
from onpar.parity.contract.spec import Case, RecipeOptions, Source
from onpar.parity.contract.tolerance import Floors
from onpar.pipeline.errors import OnparError
from onpar.pipeline.golden.gates import Prepared, half_floors, measure_floors, measure_gates
from onpar.pipeline.golden.golden_job import as_golden, as_half, prepare
from onpar.pipeline.jobs.child import progress
from onpar.pipeline.recipes.recipe import Recipe
from onpar.pipeline.weights.load_module import load_module


def make_golden_from(
    options: dict[str, Any],
    weights: str,
    weights_sha256: str,
    key: str,
    capture: str,
    decoded: str,
    decoded_sha256: str,
    path: str,
    half: str,
) -> None:
    """Write the golden of the photo in `capture` to `path`, and float16's to `half`; its pixels are
    the tensor `decoded`, which has the given digest.

    Raises OnparError if the capture has changed meanwhile, or the reference cannot run.
    """
    taken = read_capture(Path(capture))
    pixels = {decoded: taken.tensors[decoded]}
    if digest(pixels) != decoded_sha256:
        raise OnparError(f"{capture}: has changed meanwhile; run the command again")
    recipe, module = load_module(RecipeOptions(**options), Path(weights))
    golden, floors = golden_of(
        recipe, module, taken.info, pixels, weights_sha256, Path(weights).name, key
    )
    if floors:
        write_capture(Path(half), as_half(golden, floors))
    write_capture(Path(path), golden)


def golden_of(
    recipe: Recipe,
    module: nn.Module,
    info: CaptureInfo,
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
    taken = Case(
        info.case, tuple(Source(name, info.case, sha) for name, sha in info.sources.items())
    )
    one = prepare(recipe, double, taken, pixels, {})
    del double
    floors = measure_floors(recipe, module, [*own, one])
    half = half_floors(recipe, module, [*own, one])
    inputs = digest(one.inputs)
    others = (other for other in own if digest(other.inputs) != inputs)
    gates = measure_gates(recipe, module, one, next(others, None))
    extra = golden_metadata(key, floors, gates, decoded_by=info.target)
    return as_golden(recipe, one, weights_sha256, weights, extra), half
