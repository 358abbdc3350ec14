"""Every honest way to compute the same thing is on par, by the command line, on every case.

A variant orders float32 sums differently, or folds its arithmetic differently; none is wrong.
`pytest -rP` prints how far each lies from the reference, in noise floors.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
import torch
from eager_settings import Setting, without_onednn
from everyday import one_of_each
from here import onpar_here
from preps import Prep, prep_of
from producer import App, app, onnx_app
from torch import nn

from onpar.parity.contract.capture import Tensor, write_capture
from onpar.parity.contract.classmap import argmax
from onpar.parity.contract.tolerance import FLOAT32
from onpar.pipeline.golden.gates import threads
from onpar.pipeline.module.run_module import run_module
from onpar.pipeline.targets.target import Tensors
from onpar.pipeline.weights.load_module import load_module

pytestmark = [
    pytest.mark.filterwarnings("ignore:.*torch.jit:FutureWarning"),
    pytest.mark.filterwarnings("ignore:TF32 acceleration:UserWarning"),
]

Variant = Callable[[Path], App]


def eager(setting: Setting = nullcontext, layout: torch.memory_format | None = None) -> Variant:
    """The weights' file in eager float32."""
    return lambda build: torch_app(
        build, "safetensors-fp32-tensor", lambda one: _module(one, layout), setting
    )


def script(change: Callable[[nn.Module], nn.Module], setting: Setting = nullcontext) -> Variant:
    """The model scripted anew, frozen or not; the capture names the exported file all the same."""
    return lambda build: torch_app(
        build,
        "torchscript-fp32-tensor",
        lambda one: change(torch.jit.script(_module(one))),
        setting,
    )


def _module(one: App, layout: torch.memory_format | None = None) -> nn.Module:
    [weights] = one.path.parent.glob("*-fp32-tensor.safetensors")
    _, module = load_module(one.artifact.options, weights)
    return module.to(memory_format=layout) if layout else module


def torch_app(build: Path, variant: str, load: Callable[[App], nn.Module], setting: Setting) -> App:
    one = app(build, variant, dict)
    module = load(one)

    def run(inputs: Mapping[str, Tensor]) -> Tensors:
        with setting():
            return run_module(module, inputs, one.artifact.model.outputs)

    return one.running(run)


def session(level: str = "ENABLE_ALL", count: int = 1, io: str = "tensor") -> Variant:
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = getattr(onnxruntime.GraphOptimizationLevel, f"ORT_{level}")
    options.intra_op_num_threads = count
    return lambda build: onnx_app(build, io, options)


def normalising(normalise: Callable[[Tensor, Prep], Tensor]) -> Variant:
    return lambda build: replace(onnx_app(build), normalise=normalise)


def scale_and_bias(image: Tensor, prep: Prep) -> Tensor:
    """One multiplication and one addition a value, both constants rounded to f32."""
    std = np.array(prep.std)
    scale = (1 / (255 * std)).astype(np.float32)
    bias = (-np.array(prep.mean) / std).astype(np.float32)
    values: Tensor = image * scale + bias
    return values.transpose(2, 0, 1)[None]


def reciprocals(image: Tensor, prep: Prep) -> Tensor:
    """Multiplications by 1/255 and 1/std in place of divisions."""
    mean, std = np.array(prep.mean, np.float32), np.array(prep.std, np.float32)
    values: Tensor = (image * np.float32(1 / 255) - mean) * (np.float32(1) / std)
    return values.transpose(2, 0, 1)[None]


def drawing_by(normalise: Callable[[Tensor, Prep], Tensor]) -> Variant:
    """A graph with io `image` whose normalisation was folded another way."""

    def make(build: Path) -> App:
        one, scores = onnx_app(build, "image"), onnx_app(build).loaded.run
        prep = prep_of(one.artifact.model)

        def run(given: Mapping[str, Tensor]) -> Tensors:
            values = np.ascontiguousarray(normalise(given[prep.input], prep), np.float32)
            return {"classmap": argmax(scores({prep.input: values})["out"])}

        return one.running(run)

    return make


def alternating(build: Path) -> App:
    """A runtime whose runs differ in their last bits: plain and channels-last by turns."""
    ways = cycle((eager()(build).loaded, eager(layout=torch.channels_last)(build).loaded))
    return replace(eager()(build).running(lambda inputs: next(ways).run(inputs)), runs=4)


RUNTIMES: dict[str, Variant] = {
    "eager-1-thread": eager(lambda: threads(1)),
    "eager-2-threads": eager(lambda: threads(2)),
    "eager-channels-last": eager(layout=torch.channels_last),
    "eager-without-onednn": eager(without_onednn),
    "onnxruntime-1-thread": session(),
    "onnxruntime-2-threads": session(count=2),
    "onnxruntime-disable-all": session("DISABLE_ALL"),
    "onnxruntime-basic": session("ENABLE_BASIC"),
    "onnxruntime-extended": session("ENABLE_EXTENDED"),
    "runs-differ": alternating,
}

NORMALISATIONS: dict[str, Variant] = {
    "normalised-by-scale-and-bias": normalising(scale_and_bias),
    "normalised-by-reciprocals": normalising(reciprocals),
}

IMAGES: dict[str, Variant] = {
    "image-1-thread": session(io="image"),
    "image-2-threads": session(count=2, io="image"),
    "image-disable-all": session("DISABLE_ALL", io="image"),
    "image-drawn-from-scale-and-bias": drawing_by(scale_and_bias),
    "image-drawn-from-reciprocals": drawing_by(reciprocals),
}
"""Files that draw the class map themselves."""

SCRIPTS: dict[str, Variant] = {
    "script-frozen": script(torch.jit.freeze),
    "script-not-frozen": script(lambda module: module),
    "script-frozen-1-thread": script(torch.jit.freeze, lambda: threads(1)),
    "script-frozen-without-onednn": script(torch.jit.freeze, without_onednn),
}


ALL = RUNTIMES | SCRIPTS | NORMALISATIONS | IMAGES

AGAIN = {
    "eager-2-threads": "eager-1-thread",
    "onnxruntime-basic": "onnxruntime-disable-all",
    "onnxruntime-extended": "onnxruntime-disable-all",
    "script-frozen-1-thread": "eager-1-thread",
    "script-frozen-without-onednn": "eager-without-onednn",
    "image-2-threads": "onnxruntime-2-threads",
    "image-disable-all": "onnxruntime-disable-all",
}
"""Variants that differ from what is exported as others do."""


@pytest.mark.parametrize("name", one_of_each(ALL, lambda name: AGAIN.get(name, name)))
def test_an_honest_variant_is_on_par(name: str, wide_build: Path, tmp_path: Path) -> None:
    judged = on_par(ALL[name](wide_build), wide_build, tmp_path)
    if name in NORMALISATIONS:
        assert all(one["distance"]["differing"] for one in judged["normalize"])
    if name == "runs-differ":
        assert all(one["distance"]["differing"] for one in judged["repeat"])


@pytest.mark.parametrize(
    "name", one_of_each([*RUNTIMES, "image-1-thread"], lambda name: name.partition("-")[0])
)
def test_an_honest_runtime_is_on_par_where_height_is_width(
    name: str, square_build: Path, tmp_path: Path
) -> None:
    on_par((RUNTIMES | IMAGES)[name](square_build), square_build, tmp_path)


def on_par(one: App, build: Path, folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Capture every case and check it; the verdicts by stage, case by case."""
    for case in one.artifact.cases:
        write_capture(folder / f"{case.name}.safetensors", one.capture(case.name))
    said = onpar_here("check", folder, "--build", build, "--json")
    assert said.returncode == 0, said.stdout + said.stderr
    rows = json.loads(said.stdout)["run"]["verdicts"]
    assert len(rows) == len(one.artifact.cases)
    judged: dict[str, list[dict[str, Any]]] = {}
    for stage in (stage for row in rows for stage in row["stages"]):
        assert stage["status"] == "PASS"
        judged.setdefault(stage["stage"], []).append(stage)
    print("noise floors:", *(f"{floors(stage):.2f}" for stage in judged.get("run", [])))
    return judged


def floors(stage: dict[str, Any]) -> float:
    """The largest error in noise floors, of which FLOAT32 allows `max_floors`."""
    floor = stage["tolerance"]["max_abs"] / FLOAT32.max_floors
    return float(stage["distance"]["max_abs"] / floor)
