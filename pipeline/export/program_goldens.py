"""The goldens of a quantized program: what it computes with exact rounding, how far apart honest
ways to round are, and what the runtime's kernels compute, operator by operator."""

from __future__ import annotations

import math
import shutil
import time
import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import nn

from onpar.exporters import VARIANTS
from onpar.exporters.errors import ExportError, first_line
from onpar.exporters.program import Program
from onpar.exporters.quantization import held_ranges
from onpar.exporters.quantization.exact.arithmetic import HONEST, Rounding
from onpar.exporters.quantization.exact.ranges import Ranges
from onpar.parity.contract.capture import Capture, Tensor, write_capture
from onpar.parity.contract.chain import before_run, perform
from onpar.parity.contract.golden import program_metadata, read_golden, sealed
from onpar.parity.contract.spec import Artifact, Case
from onpar.parity.contract.tolerance import Floor, Floors
from onpar.parity.files.atomic import write_text
from onpar.pipeline.errors import OnparError
from onpar.pipeline.export.calibration import calibration_photos, samples
from onpar.pipeline.export.kernels import Ran, run_kernels, same_as
from onpar.pipeline.golden.gates import (
    Errors,
    Prepared,
    errors_of,
    half_floors,
    measure_floors,
    worst_of,
)
from onpar.pipeline.golden.golden_job import as_golden
from onpar.pipeline.paths import Build, unknown_path
from onpar.pipeline.recipes.recipe import Recipe
from onpar.pipeline.targets.target import Tensors

MOST_PHOTOS = 4
"""Of a calibration are run: each costs as much as a case."""


def write(
    recipe: Recipe,
    artifact: Artifact,
    path: Path,
    program: Program | None,
    build: Build,
    made_from: str,
    strict: bool,
    calibration: str,
) -> None:
    """Write one golden per case of the artifact, whose file is at `path`; or, if its program cannot
    be computed, why. Without a program it has that of the artifact `made_from`, which it was
    converted from. `strict`: no layer stays in float32, so the file is equal to the bit.
    `calibration` is the user's folder of photos, or empty.

    Raises ExportError if the file computes something else than its program, or if the range of an
    activation is not that of its values.
    """
    folder, unknown = build.programs / artifact.file, unknown_path(build.programs, artifact.file)
    shutil.rmtree(folder, ignore_errors=True)
    unknown.unlink(missing_ok=True)
    try:
        if program is None:
            copy_goldens(artifact, path, build.programs / made_from, folder, strict)
        else:
            ranges = Ranges(program.operators)
            prepared = list(exact_cases(recipe, program, ranges))
            check_ranges(recipe, program, ranges, calibration, artifact.variant)
            write_goldens(recipe, artifact, path, program, prepared, folder, strict)
    except (OSError, OnparError, ExportError):
        raise
    except Exception as error:  # Not every operator of the user's can be computed in float64.
        traceback.print_exception(error)
        shutil.rmtree(folder, ignore_errors=True)
        write_text(unknown, first_line(error), follow_links=False)


def write_goldens(
    recipe: Recipe,
    artifact: Artifact,
    path: Path,
    program: Program,
    prepared: list[Prepared],
    folder: Path,
    strict: bool,
) -> None:
    """Write one golden per case, `prepared` with the program, into `folder`.

    Raises ExportError if the file at `path` computes something else than the program's kernels.
    """
    floors, ran = measured(recipe, artifact, path, program, prepared, strict)
    for index, one in enumerate(prepared):
        kernels = ran.kernels(index) if ran else None
        extra = program_metadata(artifact.key, artifact.variant, floors, kernels, program.steps)
        golden = as_program_golden(recipe, artifact, one, extra)
        write_capture(folder / f"{one.case.name}.safetensors", golden)


def measured(
    recipe: Recipe,
    artifact: Artifact,
    path: Path,
    program: Program,
    prepared: list[Prepared],
    strict: bool,
) -> tuple[dict[str, Floors], Ran | None]:
    """The noise floors over all that is `prepared`, and what the kernels gave; None if no runtime
    here shows its tensors, or the file at `path` differs from them and is not `strict`.

    Raises ExportError if it differs and is.
    """
    ran = run_kernels(artifact, program, [one.inputs for one in prepared])
    if ran and not same_as(
        artifact, path, prepared[0].inputs, ran.kernels(0).outputs_sha256, strict
    ):
        ran = None
    if program.floats is not None:
        return float_floors(recipe, artifact, program.floats, prepared), ran
    return honest_floors(recipe, program, prepared, ran), ran


def as_program_golden(
    recipe: Recipe, artifact: Artifact, one: Prepared, extra: Mapping[str, str]
) -> Capture:
    """What the artifact's program computes, as a golden with the metadata `extra`."""
    return as_golden(
        recipe,
        one,
        artifact.weights_sha256,
        artifact.file,
        extra,
        artifact.sha256,
        "the program in float64",
    )


def copy_goldens(artifact: Artifact, path: Path, given: Path, folder: Path, strict: bool) -> None:
    """Write those of the file that this one was converted from, which are in `given`, for this one.

    Raises ExportError if the file computes something else than that.
    """
    same = True
    for index, case in enumerate(artifact.cases):
        golden = read_golden(given / f"{case.name}.safetensors")
        tensors, info = golden.capture.tensors, golden.capture.info
        if not index and golden.kernels:
            inputs = {spec.name: tensors[spec.name] for spec in artifact.inputs}
            same = same_as(artifact, path, inputs, golden.kernels.outputs_sha256, strict)
        judging = (golden.floors, golden.kernels if same else None, golden.steps)
        extra = program_metadata(artifact.key, artifact.variant, *judging)
        info = replace(info, artifact=artifact.file, artifact_sha256=artifact.sha256, extra=extra)
        write_capture(folder / f"{case.name}.safetensors", sealed(Capture(info, tensors)))


def exact_cases(
    recipe: Recipe, program: Program, ranges: Ranges | None = None
) -> Iterator[Prepared]:
    """Each case with what the program computes of it, exactly rounded; `ranges` keeps those of its
    activations."""
    for case in recipe.cases():
        yield exact_case(recipe, program, case, {}, recipe.sources_of(case.name), ranges)


def exact_case(
    recipe: Recipe,
    program: Program,
    case: Case,
    tensors: Mapping[str, Tensor],
    sources: Mapping[str, Any],
    ranges: Ranges | None = None,
) -> Prepared:
    """The same of one case: from its sources, or where `tensors` has what a step makes from
    that."""
    made = perform(before_run(recipe.model), tensors, sources)
    inputs = recipe.in_order(made)
    started = time.perf_counter()
    outputs = _of(recipe, program.exact(inputs, ranges or Rounding()))
    milliseconds = round((time.perf_counter() - started) * 1e3, 3)
    return Prepared(case, made, inputs, outputs, milliseconds)


def check_ranges(
    recipe: Recipe, program: Program, ranges: Ranges, calibration: str, variant: str
) -> None:
    """Compare the activations' ranges with their values: `ranges` has those of the cases. If int8
    was calibrated on photos, MOST_PHOTOS of them are run in addition.

    Raises ExportError if a range is not that of its values.
    """
    if not ranges.found:  # Nothing is quantized, or only weights are.
        return
    bounds, remedy = held_ranges.WHOLE, "give the recipe other cases"
    if recipe.photo_source:
        remedy = "calibrate on other photos, like those of the cases, with --calibration FOLDER"
    if calibration_photos(recipe, calibration):
        bounds = held_ranges.FEW
        for inputs in islice(samples(recipe, calibration), MOST_PHOTOS):
            program.exact(inputs, ranges)
    held_ranges.check(program.operators, ranges.found, bounds, remedy, variant)


def _of(recipe: Recipe, outputs: Mapping[str, NDArray[np.float64]]) -> Tensors:
    return {
        spec.name: np.asarray(outputs[spec.name]).astype(spec.dtype)
        for spec in recipe.model.outputs
    }


def float_floors(
    recipe: Recipe, artifact: Artifact, module: nn.Module, prepared: list[Prepared]
) -> dict[str, Floors]:
    """The noise floors of a file that computes in float32 or float16 with compressed weights:
    `module` is that in float32, with the file's weights. Raises OverflowError if float16
    overflows."""
    if VARIANTS[artifact.variant].computes != "fp16":
        return measure_floors(recipe, module, prepared)
    floors = half_floors(recipe, module, prepared)
    if floors is None:
        raise OverflowError("float16 overflows in the model")
    return floors


def honest_floors(
    recipe: Recipe, program: Program, prepared: Sequence[Prepared], ran: Ran | None
) -> dict[str, Floors]:
    """How far other honest ways to round are from the exact one: each of HONEST on the first case;
    on the others the kernels, each of whose operators is exact, or the furthest of HONEST."""
    first, *others = prepared

    def apart(one: Prepared, got: Tensors) -> Errors:
        return errors_of(recipe, got, one.outputs)

    honest = [
        apart(first, _of(recipe, program.exact(first.inputs, Rounding(how)))) for how in HONEST
    ]
    found = list(honest)
    exact = ran is not None and ran.kernels(0).exact
    if ran and exact:
        found += [apart(one, got) for one, got in zip(prepared, ran.outputs, strict=True)]
    else:
        worst = HONEST[int(np.argmax([_size(one) for one in honest]))]
        found += [
            apart(one, _of(recipe, program.exact(one.inputs, Rounding(worst)))) for one in others
        ]
    floors = worst_of(recipe, found)
    return {
        name: _at_least(one, first.outputs[name].size, program.steps.get(name, 0.0))
        for name, one in floors.items()
    }


def _size(errors: Errors) -> float:
    return max(floor.rms for each in errors.values() for floor in each)


def _at_least(floors: Floors, values: int, step: float) -> Floors:
    """At least one of a group's values a step off, if the output is itself quantized: honest
    kernels round it to the other side."""
    least = step / math.sqrt(values / len(floors.each))
    each = (Floor(max(one.max_abs, step), max(one.rms, least)) for one in floors.each)
    return replace(floors, each=tuple(each))
