"""Other kernels that are honest are within the allowed error of the exported int8 program, though
no output of theirs is equal to the bit."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from numpy.typing import NDArray
from onnxruntime import GraphOptimizationLevel as Level
from other_models import KINDS, int8_source, recipe_of

from onpar.exporters import onnx as onnx_exporter
from onpar.exporters.program import Program
from onpar.exporters.pte import OBSERVER, quantizer
from onpar.exporters.quantization import pt2e_int8
from onpar.exporters.quantization.exact import pt2e_program, qdq_program
from onpar.parity.contract.tolerance import INT8, Allowed
from onpar.parity.judge.metrics import nearest
from onpar.pipeline.export.program_goldens import exact_cases, honest_floors
from onpar.pipeline.targets.onnxruntime import EXACT_INT8_OPTION

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]

Inputs = Mapping[str, NDArray[Any]]
Run = Callable[[Inputs], Mapping[str, NDArray[Any]]]


@cache
def int8_onnx(kind: str) -> bytes:
    source = int8_source(kind, 0)
    with tempfile.TemporaryDirectory() as folder:
        plain, small = Path(folder, "float.onnx"), Path(folder, "int8.onnx")
        onnx_exporter.export(replace(source, precision="fp32"), plain)
        onnx_exporter.export(replace(source, file=plain), small)
        return small.read_bytes()


def session(kind: str, level: Level, threads: int = 1, *entries: tuple[str, str]) -> Run:
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level, options.intra_op_num_threads = level, threads
    for entry in entries:
        options.add_session_config_entry(*entry)
    loaded = onnxruntime.InferenceSession(int8_onnx(kind), options)
    names = [one.name for one in loaded.get_outputs()]
    return lambda inputs: dict(zip(names, loaded.run(names, dict(inputs)), strict=True))


def of_onnx(kind: str) -> tuple[Program, dict[str, Run]]:
    """Q and DQ as operators of their own, float32 between; fused; with exact sums; two threads."""
    honest = {
        "unfused": session(kind, Level.ORT_DISABLE_ALL),
        "basic": session(kind, Level.ORT_ENABLE_BASIC),
        "extended": session(kind, Level.ORT_ENABLE_EXTENDED),
        "two threads": session(kind, Level.ORT_ENABLE_ALL, 2),
    }
    if kind != "attention":  # onnxruntime 1.31.1 does not load it (docs/quantization.md).
        honest["exact sums"] = session(kind, Level.ORT_ENABLE_ALL, 1, EXACT_INT8_OPTION)
    return qdq_program.program_of(onnx.load_from_string(int8_onnx(kind))), honest


def of_pt2e(kind: str) -> tuple[Program, dict[str, Run]]:
    """The quantized module in eager float32."""
    source = int8_source(kind, 0)
    module = pt2e_int8.quantized(source, quantizer(OBSERVER))
    names = [spec.name for spec in source.model.outputs]

    def eager(inputs: Inputs) -> Mapping[str, NDArray[Any]]:
        with torch.no_grad():
            made = module(*(torch.from_numpy(np.array(value)) for value in inputs.values()))
        return {name: one.numpy() for name, one in zip(names, made, strict=True)}

    return pt2e_program.program_of(module, source), {"eager": eager}


def check(kind: str, program: Program, honest: Mapping[str, Run]) -> None:
    recipe = recipe_of(kind, 0)
    cases = list(exact_cases(recipe, program))
    floors = honest_floors(recipe, program, cases, None)
    used = dict[str, float]()
    for name, run in honest.items():
        for case in cases:
            got = run(case.inputs)
            for output, ref in case.outputs.items():
                each = tuple(INT8.tolerance(floor) for floor in floors[output].each)
                apart, allowed = nearest(got[output], ref, Allowed(floors[output].axis, each))
                used[name] = max(used.get(name, 0.0), apart.used(allowed))
    print(kind, {name: f"{share:.2f}" for name, share in used.items()})
    assert max(used.values()) <= 1, used


MAKERS = {"ONNX": of_onnx, "PT2E": of_pt2e}


@pytest.mark.parametrize("maker", MAKERS)
@pytest.mark.parametrize(
    "kind",
    [one if one == "u-net" else pytest.param(one, marks=pytest.mark.slow) for one in KINDS],
)
def test_other_honest_kernels_are_within_the_allowed_error(kind: str, maker: str) -> None:
    check(kind, *MAKERS[maker](kind))
