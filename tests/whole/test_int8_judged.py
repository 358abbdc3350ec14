"""int8 and float16 are judged by their own programs, and that is tight enough to catch mistakes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
import wrong_int8 as w
from builds import EVERYDAY_DEMO, LOWER_PRECISION, RECIPE
from here import onpar_here
from matrix import cases_of, run_in, unlike_phones
from preps import prep_of
from present import present
from producer import App, app, onnx_run

from onpar.exporters import WEIGHTS, Source
from onpar.exporters.quantization import onnx_int8
from onpar.parity.contract.capture import write_capture
from onpar.parity.contract.golden import read_golden
from onpar.parity.contract.golden.find import find_program, index_goldens
from onpar.parity.judge.file import NoReferenceError
from onpar.parity.judge.judge import judge
from onpar.parity.judge.status import Status
from onpar.pipeline.export.calibration import samples
from onpar.pipeline.recipes import load_recipe

CASE = "square"


@pytest.fixture(scope="module")
def int8(demo_build: Path) -> App:
    """The demo weights' int8 ONNX on onnxruntime."""
    one = app(demo_build, "onnx-int8-tensor", dict)
    return one.running(onnx_run(one.path.read_bytes()))


def changed(change: w.Change) -> Callable[[App], App]:
    """The app with another model than the exported one."""

    def make(one: App) -> App:
        model = onnx.load(one.path)
        change(model)
        return one.running(onnx_run(model.SerializeToString()))

    return make


def returned(damage: Callable[[np.ndarray], np.ndarray]) -> Callable[[App], App]:
    """The app with scores that are damaged on the way."""
    return lambda one: one.running(
        lambda given: {name: damage(value) for name, value in one.loaded.run(given).items()}
    )


def quantized(one: App, folder: Path, twice: bool) -> App:
    """The app with its float32 file quantized again, calibrated on inputs that are right or were
    normalised twice."""
    [whole] = one.path.parent.glob("*-fp32-tensor.onnx")
    recipe = load_recipe(one.artifact.options)
    prep = prep_of(recipe.model)
    mean, std = np.array(prep.mean), np.array(prep.std)
    given = list(samples(recipe, ""))
    if twice:
        given = [w.twice_normalised(sample, mean, std) for sample in given]
    source = Source(None, whole, recipe.model, "int8", "tensor", lambda: iter(given))
    onnx_int8.quantize(source, folder / "int8.onnx")
    return one.running(onnx_run((folder / "int8.onnx").read_bytes()))


def is_caught(one: App) -> bool:
    """Whether the output of any case fails, and so the run."""
    return any("run" in failing(one, case) for case in cases_of(RECIPE))


def failing(one: App, case: str = CASE) -> dict[str, str]:
    """The stages that do not pass, with what is said of them."""
    [path] = (one.build / "goldens").rglob(f"{case}.safetensors")
    known = index_goldens([one.build / "programs"])[0]
    program = present(find_program(known, one.artifact, read_golden(path).capture.info))

    def reference(_: object) -> dict[str, np.ndarray]:
        raise NoReferenceError("the input is the golden's")

    by = (read_golden(path), reference, read_golden(program.path))
    verdict = judge(one.capture(case), one.artifact, *by)
    return {s.stage: s.detail for s in verdict.stages if s.status is not Status.PASS}


def scores(one: App) -> np.ndarray:
    """What it computes of the case, f32 [1, 21, 96, 160]."""
    return one.capture(CASE).tensors["out"]


@pytest.mark.parametrize(
    ("fixture", "wanted"),
    [
        ("demo_build", EVERYDAY_DEMO),
        pytest.param("whole_demo_build", LOWER_PRECISION, marks=pytest.mark.slow),
    ],
)
def test_every_row_of_a_lower_precision_is_judged_and_on_par(
    fixture: str, wanted: tuple[str, ...], request: pytest.FixtureRequest
) -> None:
    run = run_in(request.getfixturevalue(fixture))
    judged = {v.variant for v in run.verdicts if v.status is Status.PASS}
    assert judged - {WEIGHTS} == {name for name in wanted if not unlike_phones(name)}
    assert {v.status for v in run.verdicts} - {Status.NOT_RUN} == {Status.PASS}
    assert {row.variant for row in run.expected} == judged
    assert {row.case for row in run.expected} == set(cases_of(RECIPE))


def test_every_row_of_int8_is_equal_to_kernels_that_are_exact_operator_by_operator(
    demo_build: Path,
) -> None:
    details = {
        (verdict.variant, stage.detail)
        for verdict in run_in(demo_build).verdicts
        for stage in verdict.stages
        if stage.stage == "run" and "-int8-" in verdict.variant
    }
    assert len(details) >= 2
    for variant, detail in details:
        assert "operators are exact on what each was given: 0.50" in detail, variant


MUTANTS: dict[str, Callable[[App], App]] = {
    "weights-as-unsigned": changed(w.weights_as_unsigned),
    "activation-as-signed": changed(w.activation_as_signed),
    "classes-shifted": returned(w.classes_shifted),
    "tile-lost": returned(w.tile_lost),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_of_int8_is_blamed_on_the_output(int8: App, name: str) -> None:
    assert failing(int8) == {}
    assert "run" in failing(MUTANTS[name](int8))


def test_another_models_weights_are_caught(int8: App, wide_build: Path) -> None:
    other = app(wide_build, "onnx-int8-tensor", dict).path.read_bytes()
    assert "run" in failing(int8.running(onnx_run(other)))


# Once is how the exported file was made, which `test_every_row_…` finds on par.
@pytest.mark.parametrize("twice", [pytest.param(False, marks=pytest.mark.slow), True])
def test_calibration_on_images_normalised_twice_is_caught(
    int8: App, tmp_path: Path, twice: bool
) -> None:
    assert is_caught(quantized(int8, tmp_path, twice)) == twice


def test_the_command_line_says_what_is_wrong_with_a_tile(int8: App, tmp_path: Path) -> None:
    write_capture(tmp_path / "capture.safetensors", MUTANTS["tile-lost"](int8).capture(CASE))
    said = onpar_here("check", tmp_path, "--build", int8.build, "--json")
    assert said.returncode == 1
    [verdict] = json.loads(said.stdout)["run"]["verdicts"]
    details = {stage["stage"]: stage["detail"] for stage in verdict["stages"]}
    assert "the same of the worst 32×32 tile: " in details["quality"]


def test_half_the_mantissa_of_float16_is_caught(demo_build: Path) -> None:
    from onpar.pipeline.targets import pytorch_eager

    one = app(demo_build, "safetensors-fp16-tensor", dict)
    half = pytorch_eager.load(one.path.read_bytes(), one.artifact, 1)
    assert failing(replace(one, loaded=half)) == {}
    cut = pytorch_eager.load(_cut(one.path, torch.bfloat16), one.artifact, 1)
    assert "run" in failing(replace(one, loaded=cut))


def _cut(path: Path, dtype: torch.dtype) -> bytes:
    """The file with its values rounded to another type on the way."""
    from safetensors.torch import load_file, save

    state = load_file(path)
    return save({name: value.to(dtype).to(value.dtype) for name, value in state.items()})
