"""How far int8 kernels are from the program that was exported: at the output, and operator by
operator.

    PYTHONPATH=.:tests/support .venv/bin/python bench/int8_fidelity.py [MODEL…]

For every model and format it prints, over the model's cases:

    operators  the largest distance of an operator's integers from the exact values before rounding,
               in steps, if it is given what the runtime computed before it (0.5: exact), and how
               many operators show that
    kernel     RMS distance of the runtime's outputs from the exact program's, as a share of the RMS
               distance of that program from float64: of what quantization itself costs
    honest     the same for the exact program with each of `arithmetic.HONEST`, the largest
    seconds    one run of the exact program, and one of the float model in float64

A share near 1 means that a bound at the output cannot tell a wrong kernel from a right one that
rounds another tie.
"""

from __future__ import annotations

import copy
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from other_models import KINDS, recipe_of
from preps import Prep
from sidecars import artifact
from torch import float64, nn

from onpar.exporters import FORMATS, Source, file_inputs
from onpar.exporters import onnx as onnx_exporter
from onpar.exporters.errors import ExportError
from onpar.exporters.program import Program
from onpar.exporters.quantization.exact.arithmetic import HONEST, Rounding
from onpar.parity.contract.spec import RecipeOptions
from onpar.pipeline.export.calibration import samples
from onpar.pipeline.export.kernels import run_kernels
from onpar.pipeline.module.binding import bound
from onpar.pipeline.module.build_module import build_module
from onpar.pipeline.module.run_module import run_module
from onpar.pipeline.paths import DEMO
from onpar.pipeline.recipes.recipe import Recipe
from onpar.pipeline.weights.load_module import load_module

TRAINED = {
    "deeplabv3_mobilenet_v3_large": (96, 160),
    "mobilenet_v3_small": (96, 96),
    "selfie_segmentation": (256, 256),
}
"""Recipes with weights of onpar's own, and the size that they are run at."""

INT8 = ("onnx", "torchscript", "pte", "coreml")

Inputs = Mapping[str, NDArray[Any]]
Outputs = Mapping[str, NDArray[Any]]


def module_of(name: str) -> tuple[Recipe, nn.Module]:
    if name in TRAINED:
        options = RecipeOptions(name, *TRAINED[name])
        return load_module(options, DEMO / f"{name}.safetensors")
    recipe = recipe_of(name, 0)
    return recipe, build_module(recipe)


def program_of(source: Source, format_name: str) -> Program:
    """Raises whatever a converter raises."""
    exporter = import_module(FORMATS[format_name].module)
    with tempfile.TemporaryDirectory() as folder:
        if format_name == "onnx":
            plain = Path(folder, "float.onnx")
            onnx_exporter.export(replace(source, precision="fp32"), plain)
            source = replace(source, file=plain)
        program: Program | None = exporter.export(source, Path(folder, "int8")).program
    assert program is not None
    return program


def _apart(ones: Outputs, others: Outputs) -> float:
    """RMS over all outputs, each relative to its own peak."""
    squares = [
        np.square((ones[name] - other) / (np.abs(other).max() or 1.0)).mean()
        for name, other in others.items()
    ]
    return float(np.sqrt(np.mean(squares)))


def _timed(run: Callable[[], Any]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def rows(name: str) -> Iterator[str]:
    """A row for each format."""
    recipe, module = module_of(name)
    module = bound(module, recipe).eval()
    calibration = list(samples(recipe, ""))
    source = Source(module, None, recipe.model, "int8", "tensor", lambda: iter(calibration))
    cases: list[Inputs] = list(recipe.samples())
    double = copy.deepcopy(module).double()

    def exactly(inputs: Inputs) -> Outputs:
        return run_module(double, inputs, recipe.model.outputs, float64)

    floats = [exactly(one) for one in cases]
    plain = _timed(lambda: exactly(cases[0]))
    for format_name in INT8:
        try:
            program = program_of(source, format_name)
        except (ExportError, ValueError, RuntimeError) as error:
            yield f"| {name} | {format_name} | {' '.join(str(error).split())[:60]}… | | | |"
            continue
        row = _row(source, format_name, program, cases, floats)
        yield f"| {name} | {format_name} | {' | '.join(row)}, {plain:.2f} |"


def _row(
    source: Source, format_name: str, program: Program, cases: list[Inputs], floats: list[Outputs]
) -> tuple[str, str, str, str]:
    of = replace(
        artifact(Prep("image", 32, 32)),
        format=format_name,
        precision="int8",
        engine=FORMATS[format_name].engine,
        inputs=file_inputs(source.model.inputs, format_name),
        outputs=source.model.outputs,
    )
    ran = run_kernels(of, program, cases)
    kernel, honest = 0.0, 0.0
    for index, (inputs, wanted) in enumerate(zip(cases, floats, strict=True)):
        exact = program.exact(inputs, Rounding())
        cost = _apart(exact, wanted)
        if ran:
            kernel = max(kernel, _apart(ran.outputs[index], exact) / cost)
        for one in HONEST:
            honest = max(honest, _apart(program.exact(inputs, Rounding(one)), exact) / cost)
    seconds = f"{_timed(lambda: program.exact(cases[0], Rounding())):.2f}"
    if ran is None:
        return "–", "–", f"{honest:.2g}", seconds
    return f"{ran.largest:.4f} of {ran.operators}", f"{kernel:.2g}", f"{honest:.2g}", seconds


def main() -> int:
    warnings.filterwarnings("ignore")
    print("| model | format | operators | kernel | honest | seconds |", flush=True)
    print("|---|---|---|---|---|---|", flush=True)
    for name in sys.argv[1:] or [*TRAINED, *KINDS]:
        for row in rows(name):
            print(row, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
