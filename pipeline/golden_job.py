"""The reference outputs, noise floors and gates of a recipe's cases, in a process of its own."""

from __future__ import annotations

import copy
import platform
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from parity.capture import Capture, CaptureInfo, Tensor, digest, write_capture
from parity.classmap import argmax
from parity.fit import fit, normalise
from parity.golden import Gates, golden_metadata
from parity.image import decode
from parity.metrics import Distance, distance
from parity.spec import Case, RecipeOptions
from parity.tolerance import Floor
from pipeline.child import progress
from pipeline.errors import OnparError
from pipeline.host import now, operating_system, peak_rss_mb, processor
from pipeline.recipe import Recipe, photo
from pipeline.recipes import load_recipe
from pipeline.reference import load_module
from pipeline.run_module import Tensors, run_module


@dataclass(frozen=True)
class Prepared:
    """A case's stages up to the input, and what the reference computes from it."""

    case: Case
    decoded: NDArray[np.uint8]
    resized: NDArray[np.uint8]
    inputs: dict[str, Tensor]
    outputs: Tensors
    milliseconds: float


def make_goldens(
    options: dict[str, Any], weights: str, weights_sha256: str, key: str, folder: str
) -> None:
    """Write one golden a case into `folder`."""
    chosen = RecipeOptions(**options)
    module, _ = load_module(chosen, Path(weights))
    for capture in goldens(load_recipe(chosen), module, weights_sha256, Path(weights).name, key):
        write_capture(Path(folder, f"{capture.info.case}.safetensors"), capture)


def goldens(
    recipe: Recipe, module: nn.Module, weights_sha256: str, weights: str, key: str
) -> Iterator[Capture]:
    """The golden of every case; `module` is float32, in eval mode, and may be changed."""
    cases = list(zip(recipe.cases(), recipe.photos, strict=True))
    double = copy.deepcopy(module).double()
    prepared = []
    for index, (case, path) in enumerate(cases):
        prepared.append(_prepare(recipe, double, case, decode(photo(path), path.name)))
        progress(index + 1, 2 * len(cases))
    del double
    floors = _floors(recipe, module, prepared)
    for index, one in enumerate(prepared):
        other = prepared[(index + 1) % len(prepared)]
        gates = _gates(recipe, module, one, other if other is not one else None)
        yield _golden(recipe, one, weights_sha256, weights, golden_metadata(key, floors, gates))


def _prepare(recipe: Recipe, double: nn.Module, case: Case, decoded: NDArray[np.uint8]) -> Prepared:
    prep = recipe.model.prep
    resized = fit(decoded, prep)
    inputs: dict[str, Tensor] = {prep.input: normalise(resized, prep)}
    started = time.perf_counter()
    outputs = run_module(double, inputs, recipe.model.outputs, torch.float64)
    milliseconds = round((time.perf_counter() - started) * 1e3, 3)
    for name, values in outputs.items():
        if not np.isfinite(values).all():
            raise OnparError(
                f"{case.name}: the reference itself computes {name} with NaN or infinity in it, so "
                "nothing can be judged by it; look for NaN in the weights, or name other --weights"
            )
    return Prepared(case, decoded, resized, inputs, outputs, milliseconds)


def _floors(recipe: Recipe, module: nn.Module, prepared: list[Prepared]) -> dict[str, Floor]:
    """Worst distance of float32 eager from the reference, over the cases and over what an honest
    float32 may do: 2 threads and 1, channels-last, without oneDNN; never below 4·eps·max|ref|."""
    worst: dict[str, Floor] = {spec.name: Floor(0, 0) for spec in recipe.model.outputs}
    variants = (
        (module, _threads(2)),
        (module, _threads(1)),
        (module, torch.backends.mkldnn.flags(enabled=False)),
        (copy.deepcopy(module).to(memory_format=torch.channels_last), _threads(2)),
    )
    for index, (variant, setting) in enumerate(variants):
        with setting:
            for one in prepared:
                got = run_module(variant, one.inputs, recipe.model.outputs)
                for name, floor in worst.items():
                    off = distance(got[name], one.outputs[name])
                    worst[name] = _worse(floor, off, float(np.abs(one.outputs[name]).max()))
        progress(len(variants) + index + 1, 2 * len(variants))
    return worst


def _worse(floor: Floor, off: Distance, peak: float) -> Floor:
    return Floor(max(floor.max_abs, off.max_abs), max(floor.rms, off.rmse)).at_least(peak)


@contextmanager
def _threads(count: int) -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _gates(
    recipe: Recipe, module: nn.Module, one: Prepared, other: Prepared | None
) -> dict[str, Gates]:
    outputs = recipe.model.outputs
    swapped = run_module(module, _input(recipe, one.resized[:, :, ::-1]), outputs)
    if other is None:
        moved = run_module(module, _input(recipe, one.resized[::-1]), outputs)
    else:
        moved = other.outputs
    return {
        name: Gates(
            peak=float(np.abs(ref).max()),
            moved_by_photo=distance(moved[name], ref).max_abs,
            moved_by_bgr=distance(swapped[name], ref).max_abs,
        )
        for name, ref in one.outputs.items()
    }


def _input(recipe: Recipe, resized: NDArray[np.uint8]) -> dict[str, Tensor]:
    prep = recipe.model.prep
    return {prep.input: normalise(np.ascontiguousarray(resized), prep)}


def _golden(
    recipe: Recipe,
    one: Prepared,
    weights_sha256: str,
    weights: str,
    extra: Mapping[str, str],
) -> Capture:
    tensors: dict[str, Tensor] = {"decoded": one.decoded, "resized": one.resized}
    tensors |= {f"input/{name}": value for name, value in one.inputs.items()}
    tensors |= {f"output/{name}": value for name, value in one.outputs.items()}
    tensors["classmap"] = argmax(one.outputs[recipe.model.classmap.output])
    info = CaptureInfo(
        recipe=recipe.model.recipe,
        recipe_sha256=recipe.model.sha256,
        weights_sha256=weights_sha256,
        case=one.case.name,
        source_sha256=one.case.sha256,
        artifact=weights,
        artifact_sha256=weights_sha256,
        target="reference",
        runtime="pytorch-eager",
        runtime_version=f"{torch.__version__} float64",
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
        extra=extra,
    )
    return Capture(info, tensors)
