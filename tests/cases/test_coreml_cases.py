"""Core ML exports are right, or refused with the operator and the line: never shipped wrong."""

from __future__ import annotations

from pathlib import Path
from shutil import copy

import numpy as np
import pytest
from coreml_cases import HERE, case, close, exported
from here import onpar_here
from matrix import run_in

from onpar.exporters import coreml
from onpar.exporters.errors import ExportError
from onpar.parity.judge.status import Status
from onpar.pipeline.recipes.user_code import as_converter_message


@pytest.mark.parametrize("name", ["conv_transpose_crop", "grid_sample"])
def test_operators_of_resampling_and_cropping_are_evaluated(name: str, tmp_path: Path) -> None:
    close(*exported(case(name)[1], tmp_path))


def test_a_target_that_the_recipe_leaves_out_is_not_run_for_its_reason_and_not_missed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    text = (HERE / "grid_sample.py").read_text("utf-8")
    left_out = "build=Warp,\n        left_out={'mil': 'its evaluator lacks resample'},"
    assert text.count("build=Warp,") == 1
    recipe = tmp_path / "f4_way_out_mil.py"
    recipe.write_text(text.replace("build=Warp,", left_out), "utf-8")
    words = ("--format", "coreml-fp32-tensor", "--build", tmp_path)
    done = onpar_here("parity", "--recipe", recipe, *words)
    assert done.returncode == 0, done.stdout + done.stderr
    rows = {(v.target, v.status): v.sentence for v in run_in(tmp_path).verdicts}
    assert "the recipe leaves it out: its evaluator lacks resample" in rows["mil", Status.NOT_RUN]
    assert ("pytorch-eager", Status.PASS) in rows


def test_an_average_over_an_overhanging_window_is_refused_with_the_operator(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"something else: .* operator aten\.avg_pool2d") as error:
        coreml.export(case("avg_pool_ceil")[1], tmp_path / "m.mlpackage")
    assert 'left_out={"coreml-fp32": "why"}' in str(error.value)
    assert not (tmp_path / "m.mlpackage").exists()


def test_what_coremltools_cannot_convert_is_said_with_the_operator_and_the_line(
    tmp_path: Path,
) -> None:
    # In a folder of its own: the lines of this file are no user's.
    copy(HERE / "bicubic_grid_sample.py", tmp_path)
    recipe, source = case("bicubic_grid_sample", folder=tmp_path)
    with pytest.raises(KeyError) as error:
        coreml.export(source, tmp_path / "m.mlpackage")
    file = Path(recipe.options.recipe)
    lines = file.read_text(encoding="utf-8").splitlines()
    [line] = [n for n, code in enumerate(lines, 1) if "F.grid_sample(" in code]
    said = as_converter_message(error.value, file)
    assert said.startswith(f"operator aten.grid_sampler.default, line {line} (`F.grid_sample(x, g")
    assert 'mode="bicubic"' in said and said.endswith("): KeyError: np.int32(2)")


def test_int8_of_a_constant_times_a_tensor_is_the_quantized_modules(tmp_path: Path) -> None:
    got, expected = exported(case("f5_int8_times_a_constant", "int8")[1], tmp_path)
    noise = np.square(got["y"] - expected["y"]).sum()
    assert 10 * np.log10(np.square(expected["y"]).sum() / noise) > 30


def test_int8_constants_that_coremltools_wraps_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of coremltools 9.0: where this fails it is fixed, and
    exporters/quantization/unwrapped.py may go."""
    monkeypatch.setattr(coreml, "unwrapped", lambda module: module)
    with pytest.raises(ExportError, match=r"y is at -?\d\.\d dB from the quantized module's"):
        coreml.export(case("f5_int8_times_a_constant", "int8")[1], tmp_path / "m.mlpackage")
