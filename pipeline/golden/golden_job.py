"""The reference outputs, noise floors and gates of a recipe's cases, in a separate process."""

from __future__ import annotations

import copy
import platform
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from onpar.parity.contract.capture import Capture, CaptureInfo, Tensor, digest, write_capture
from onpar.parity.contract.chain import after_run, before_run, perform
from onpar.parity.contract.chain_check import TO_FLOAT
from onpar.parity.contract.golden import DECODED_BY, golden_metadata, program_metadata, sealed
from onpar.parity.contract.spec import Case, RecipeOptions
from onpar.parity.contract.tolerance import Floors
from onpar.pipeline.errors import NoReferenceError, OnparError
from onpar.pipeline.golden.gates import Prepared, half_floors, measure_floors, measure_gates
from onpar.pipeline.host import now, operating_system, peak_rss_mb, processor
from onpar.pipeline.jobs.child import progress
from onpar.pipeline.module.failed_run import failed_run
from onpar.pipeline.module.output_shapes import check_shapes
from onpar.pipeline.module.run_module import run_module
from onpar.pipeline.recipes.recipe import Recipe
from onpar.pipeline.recipes.user_code import as_user_message
from onpar.pipeline.weights.load_module import load_module

HALF_PRECISION = "fp16"
"""The precision whose program hangs on nothing but the model."""


def make_goldens(
    options: dict[str, Any], weights: str, weights_sha256: str, key: str, folder: str, half: str
) -> None:
    """Write one golden per case into `folder`, and what float16 may be off by there into `half`."""
    chosen = RecipeOptions(**options)
    recipe, module = load_module(chosen, Path(weights))
    for golden, floors in with_half(recipe, module, weights_sha256, Path(weights).name, key):
        name = f"{golden.info.case}.safetensors"
        # Whole goldens are kept as long as the others are there: these come first.
        if floors:
            write_capture(Path(half, name), as_half(golden, floors))
        write_capture(Path(folder, name), golden)


def goldens(
    recipe: Recipe, module: nn.Module, weights_sha256: str, weights: str, key: str
) -> Iterator[Capture]:
    """The golden of every case; `module` is float32, in eval mode, and may be changed."""
    for golden, _ in with_half(recipe, module, weights_sha256, weights, key):
        yield golden


def with_half(
    recipe: Recipe, module: nn.Module, weights_sha256: str, weights: str, key: str
) -> Iterator[tuple[Capture, Mapping[str, Floors] | None]]:
    """The same, each with float16's noise floors; None where float16 overflows."""
    cases = recipe.cases()
    double = copy.deepcopy(module).double()
    prepared = []
    for index, case in enumerate(cases):
        prepared.append(prepare(recipe, double, case, {}, recipe.sources_of(case.name)))
        progress(index + 1, 2 * len(cases))
    del double
    floors = measure_floors(recipe, module, prepared)
    half = half_floors(recipe, module, prepared)
    for index, one in enumerate(prepared):
        other = prepared[(index + 1) % len(prepared)]
        gates = measure_gates(recipe, module, one, other if other is not one else None)
        extra = golden_metadata(key, floors, gates)
        yield as_golden(recipe, one, weights_sha256, weights, extra), half


def as_half(golden: Capture, floors: Mapping[str, Floors]) -> Capture:
    """What float16 is judged by: the same outputs, with other floors."""
    key = golden.info.extra["golden_key"]
    by = golden.info.extra.get(DECODED_BY, "")
    extra = program_metadata(key, HALF_PRECISION, floors, decoded_by=by)
    return sealed(replace(golden, info=replace(golden.info, extra=extra)))


def prepare(
    recipe: Recipe,
    double: nn.Module,
    case: Case,
    tensors: Mapping[str, Tensor],
    sources: Mapping[str, Any],
) -> Prepared:
    """The case, run by the reference: from its sources, or where `tensors` has what a step makes
    from that."""
    made = perform(before_run(recipe.model), tensors, sources)
    inputs = recipe.in_order(made)
    started = time.perf_counter()
    try:
        outputs = run_module(double, inputs, recipe.model.outputs, torch.float64)
        check_shapes(outputs, recipe.model)
    except OnparError as error:
        raise OnparError(f"recipe {recipe.model.recipe}, case {case.name}: {error}") from error
    except Exception as error:  # The user's own code may raise anything.
        raise _failure(error, recipe, double, inputs, case.name) from error
    milliseconds = round((time.perf_counter() - started) * 1e3, 3)
    for name, values in outputs.items():
        if not np.isfinite(values).all():
            raise NoReferenceError(
                f"{case.name}: the reference itself computes {name} with NaN or infinity in it, so "
                "nothing can be judged by it; look for NaN in the weights, or name other --weights"
            )
    return Prepared(case, made, inputs, outputs, milliseconds)


def _failure(
    error: Exception,
    recipe: Recipe,
    double: nn.Module,
    inputs: Mapping[str, Tensor],
    case: str,
) -> NoReferenceError:
    """Why the reference fails: as float32 fails too, or by its dtype."""
    try:
        run_module(copy.deepcopy(double).float(), inputs, recipe.model.outputs)
    except Exception as also:  # The user's own code may raise anything.
        return failed_run(also, recipe, inputs, case)
    said = as_user_message(error, Path(recipe.options.recipe))
    return NoReferenceError(
        f"recipe {recipe.model.recipe}, case {case}: the reference, which computes in float64, "
        f"fails: {said}; create tensors in forward() with the dtype of its input, such as "
        "x.new_zeros(…) or dtype=x.dtype, and convert whole numbers by "
        f"{TO_FLOAT} instead of x.float()"
    )


def as_golden(
    recipe: Recipe,
    one: Prepared,
    weights_sha256: str,
    file: str,
    extra: Mapping[str, str],
    artifact_sha256: str = "",
    version: str = f"{torch.__version__} float64",
) -> Capture:
    """The case as a golden: of the file of the weights, or of another with `artifact_sha256`."""
    tensors = {**one.tensors, **one.outputs}
    tensors = perform(after_run(recipe.model), tensors, {})
    info = CaptureInfo(
        recipe=recipe.model.recipe,
        recipe_sha256=recipe.model.sha256,
        weights_sha256=weights_sha256,
        case=one.case.name,
        sources=one.case.digests,
        artifact=file,
        artifact_sha256=artifact_sha256 or weights_sha256,
        target="reference",
        runtime="pytorch-eager",
        runtime_version=version,
        engine="",
        device=processor(),
        os=operating_system(),
        arch=platform.machine(),
        threads=torch.get_num_threads(),
        warmup=0,
        load_ms=0.0,
        infer_ms=(one.milliseconds,),
        output_sha256=(digest(one.outputs),),
        peak_rss_mb=peak_rss_mb(),
        captured_at=now(),
        compute_unit="CPU",
        extra=extra,
    )
    return sealed(Capture(info, tensors))
