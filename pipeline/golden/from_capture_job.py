"""The golden of a photo that a target decoded, in a separate process."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import nn

from onpar.parity.contract.capture import Capture, CaptureInfo, digest, read_capture, write_capture
from onpar.parity.contract.golden import golden_metadata
from onpar.parity.contract.spec import Case, RecipeOptions
from onpar.parity.image.decode import decode
from onpar.pipeline.errors import OnparError
from onpar.pipeline.golden.gates import measure_floors, measure_gates
from onpar.pipeline.golden.golden_job import as_golden, prepare
from onpar.pipeline.jobs.child import progress
from onpar.pipeline.recipes.recipe import Recipe, photo
from onpar.pipeline.weights.load_module import load_module


def make_golden_from(
    options: dict[str, Any],
    weights: str,
    weights_sha256: str,
    key: str,
    capture: str,
    decoded_sha256: str,
    path: str,
) -> None:
    """Write the golden of the photo in `capture`, whose `decoded` has the given digest, to `path`.

    Raises OnparError if the capture has changed meanwhile, or the reference cannot run.
    """
    taken = read_capture(Path(capture))
    decoded = taken.tensors["decoded"]
    if digest({"decoded": decoded}) != decoded_sha256:
        raise OnparError(f"{capture}: has changed meanwhile; run the command again")
    recipe, module = load_module(RecipeOptions(**options), Path(weights))
    golden = golden_of(recipe, module, taken.info, decoded, weights_sha256, Path(weights).name, key)
    write_capture(Path(path), golden)


def golden_of(
    recipe: Recipe,
    module: nn.Module,
    info: CaptureInfo,
    decoded: NDArray[np.uint8],
    weights_sha256: str,
    weights: str,
    key: str,
) -> Capture:
    """The golden of `decoded` u8 [H, W, 3]. The noise floor covers it and the recipe's photos; the
    gates use the first of these with a different input. `module` is float32, in eval mode, and may
    be changed."""
    double = copy.deepcopy(module).double()
    photos = {path.stem: path for path in recipe.photos}
    own = []
    for index, case in enumerate(recipe.cases()):
        path = photos[case.name]
        own.append(prepare(recipe, double, case, decode(photo(path), path.name)))
        progress(index + 1, 2 * (len(photos) + 1))
    one = prepare(recipe, double, Case(info.case, info.case, info.source_sha256), decoded)
    del double
    floors = measure_floors(recipe, module, [*own, one])
    resized = one.pixels["resized"]
    others = (other for other in own if not np.array_equal(other.pixels["resized"], resized))
    gates = measure_gates(recipe, module, one, next(others, None))
    extra = golden_metadata(key, floors, gates, decoded_by=info.target)
    return as_golden(recipe, one, weights_sha256, weights, extra)
