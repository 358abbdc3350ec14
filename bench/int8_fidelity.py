"""How far int8 kernels are from the program that was exported: at the output, and operator by
operator.

    PYTHONPATH=.:tests/support .venv/bin/python bench/int8_fidelity.py [MODEL…]

For every model and quantizer it prints, over the model's cases:

    operators  the largest distance of an operator's integers from the exact values before rounding,
               in steps, if it is given what the runtime computed before it (0.5: exact), and how
               many operators show that
    kernel     RMS distance of the runtime's outputs from the exact program's, as a share of the RMS
               distance of that program from float64: of what quantization itself costs
    honest     the same for the exact program with each of `arithmetic.HONEST`, the largest

A share near 1 means that a bound at the output cannot tell a wrong kernel from a right one that
rounds another tie.
"""

from __future__ import annotations

import copy
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch
from numpy.typing import NDArray
from other_models import KINDS, recipe_of
from torch import nn

from onpar.exporters import Source, pte
from onpar.exporters import onnx as onnx_exporter
from onpar.exporters.errors import ExportError
from onpar.exporters.pte import OBSERVER, quantizer
from onpar.exporters.quantization import fx_int8, onnx_int8, pt2e_int8
from onpar.exporters.quantization.exact import fx_program, pt2e_program, qdq_program
from onpar.exporters.quantization.exact.arithmetic import HONEST, OnOwnInputs, Rounding
from onpar.exporters.quantization.exact.in_float64 import tensors
from onpar.parity.contract.spec import RecipeOptions
from onpar.pipeline.export.calibration import samples
from onpar.pipeline.module.binding import bound
from onpar.pipeline.module.build_module import build_module
from onpar.pipeline.paths import DEMO
from onpar.pipeline.recipes.recipe import Recipe
from onpar.pipeline.targets.onnxruntime import session_options
from onpar.pipeline.weights.load_module import load_module

TRAINED = {
    "deeplabv3_mobilenet_v3_large": (96, 160),
    "mobilenet_v3_small": (96, 96),
    "selfie_segmentation": (256, 256),
}
"""Recipes with weights of onpar's own, and the size that they are run at."""

Inputs = Mapping[str, NDArray[Any]]
Outputs = list[NDArray[Any]]


class Measured:
    """A quantizer's program and kernels: each takes a case's inputs."""

    program: Callable[[Inputs, Rounding], Outputs]
    kernel: Callable[[Inputs], Outputs]
    shown: Callable[[Inputs], Mapping[str, NDArray[Any]]] | None = None


def module_of(name: str) -> tuple[Recipe, nn.Module]:
    if name in TRAINED:
        options = RecipeOptions(name, *TRAINED[name])
        return load_module(options, DEMO / f"{name}.safetensors")
    recipe = recipe_of(name, 0)
    return recipe, build_module(recipe)


def onnx_measured(source: Source, cases: list[Inputs]) -> Measured:
    with tempfile.TemporaryDirectory() as folder:
        plain, small = Path(folder, "float.onnx"), Path(folder, "int8.onnx")
        onnx_exporter.export(replace(source, precision="fp32", samples=lambda: iter(cases)), plain)
        onnx_int8.quantize(replace(source, file=plain), small)
        model = onnx.load(small)
    outputs = [one.name for one in model.graph.output]
    names = qdq_program.activations(model)
    program = qdq_program.QdqProgram(model)
    session = _session(qdq_program.showing(model, [n for n in names if n not in outputs]))
    plain_session, done = _session(model), Measured()

    def shown(inputs: Inputs) -> dict[str, NDArray[Any]]:
        found = dict(zip(names, session.run(names, dict(inputs)), strict=True))
        # The same kernels: tensors that are shown do not change the outputs.
        same = zip(session.run(outputs, dict(inputs)), done.kernel(inputs), strict=True)
        assert all(np.array_equal(one, other) for one, other in same)
        return found

    done.kernel = lambda inputs: plain_session.run(outputs, dict(inputs))
    done.program = lambda inputs, rounding: [*program.run(inputs, rounding).values()]
    done.shown = shown
    return done


def _session(model: onnx.ModelProto) -> onnxruntime.InferenceSession:
    content, options = model.SerializeToString(), session_options(1)
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def fx_measured(source: Source, cases: list[Inputs]) -> Measured:
    module: Any = fx_int8.quantized(source)
    program, done = fx_program.FxProgram(module, cases[0]), Measured()

    def shown(inputs: Inputs) -> dict[str, NDArray[Any]]:
        found = fx_program.quantized_tensors(module, inputs)
        return {name: value.int_repr().numpy() for name, value in found.items()}

    done.kernel = lambda inputs: _outputs(module(*tensors(inputs)), source)
    done.program = lambda inputs, rounding: _outputs(program.run(inputs, rounding), source)
    done.shown = shown
    return done


def pt2e_measured(source: Source, cases: list[Inputs]) -> Measured:
    from executorch.extension.pybindings.portable_lib import _load_for_executorch_from_buffer

    program = pt2e_program.Pt2eProgram(pt2e_int8.quantized(source, quantizer(OBSERVER)))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "int8.pte")
        pte.export(source, path)
        content = path.read_bytes()
    runtime = _load_for_executorch_from_buffer(content)
    done = Measured()

    def kernel(inputs: Inputs, _keep: bytes = content) -> Outputs:
        return _outputs(tuple(runtime.forward(tensors(inputs))), source)

    done.kernel = kernel
    done.program = lambda inputs, rounding: _outputs(program.run(inputs, rounding), source)
    return done


QUANTIZERS = {"ONNX": onnx_measured, "FX": fx_measured, "PT2E": pt2e_measured}


def _outputs(result: Any, source: Source) -> Outputs:
    if isinstance(result, Mapping):
        result = [result[spec.name] for spec in source.model.outputs]
    results = result if isinstance(result, list | tuple) else [result]
    return [one.detach().double().numpy() for one in results]


def _apart(ones: Outputs, others: Outputs) -> float:
    """RMS over all outputs, each relative to its own peak."""
    squares = [
        np.square((a - b) / (np.abs(b).max() or 1.0)).mean()
        for a, b in zip(ones, others, strict=True)
    ]
    return float(np.sqrt(np.mean(squares)))


def rows(name: str) -> Iterator[str]:
    """A row for each quantizer."""
    recipe, module = module_of(name)
    module = bound(module, recipe).eval()
    calibration = list(samples(recipe, ""))
    source = Source(module, None, recipe.model, "int8", "tensor", lambda: iter(calibration))
    cases: list[Inputs] = list(recipe.samples())
    double = copy.deepcopy(module).double()
    with torch.no_grad():
        floats = [
            _outputs(
                double(*(t.double() if t.is_floating_point() else t for t in tensors(one))), source
            )
            for one in cases
        ]
        for quantized_by, measure in QUANTIZERS.items():
            try:
                done = measure(source, cases)
            except ExportError as error:
                yield f"| {name} | {quantized_by} | {str(error)[:60]}… | | |"
                continue
            yield f"| {name} | {quantized_by} | {' | '.join(_row(done, cases, floats))} |"


def _row(done: Measured, cases: list[Inputs], floats: list[Outputs]) -> tuple[str, str, str]:
    off: dict[str, float] = {}
    kernel, honest = 0.0, 0.0
    for inputs, wanted in zip(cases, floats, strict=True):
        exact = done.program(inputs, Rounding())
        cost = _apart(exact, wanted)
        kernel = max(kernel, _apart(done.kernel(inputs), exact) / cost)
        for one in HONEST:
            honest = max(honest, _apart(done.program(inputs, Rounding(one)), exact) / cost)
        if done.shown:
            own = OnOwnInputs(done.shown(inputs))
            done.program(inputs, own)
            off |= {name: max(value, off.get(name, 0.0)) for name, value in own.off.items()}
    operators = f"{max(off.values()):.4f} of {len(off)}" if off else "–"
    return operators, f"{kernel:.2g}", f"{honest:.2g}"


def main() -> int:
    warnings.filterwarnings("ignore")
    print("| model | quantizer | operators | kernel | honest |\n|---|---|---|---|---|", flush=True)
    for name in sys.argv[1:] or [*TRAINED, *KINDS]:
        for row in rows(name):
            print(row, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
