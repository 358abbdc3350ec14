"""A user's module that nothing elsewhere could agree with is refused, with reason and line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from calls import refusal
from recipe_text import SIZE, loaded, written
from unsound_modules import SOUND, UNSOUND, gives

from onpar.exporters import Source
from onpar.exporters.safetensors import export as export_weights
from onpar.parity.contract.capture import write_capture
from onpar.parity.contract.golden import gate_failures, read_golden
from onpar.pipeline.errors import OnparError
from onpar.pipeline.golden.golden_job import goldens
from onpar.pipeline.module.build_module import build_module
from onpar.pipeline.module.soundness import check_module


@pytest.mark.parametrize("name", UNSOUND)
def test_an_unsound_module_is_refused_with_the_reason(tmp_path: Path, name: str) -> None:
    says, *changes = UNSOUND[name]
    recipe = loaded(written(tmp_path, *changes))
    with pytest.raises(OnparError) as error:
        check_module(build_module(recipe), recipe)
    said = str(error.value)
    assert said.startswith("recipe mine: ")
    assert says in said
    assert "\n" not in said
    assert len(said) < 400


@pytest.mark.parametrize("name", SOUND)
def test_a_module_that_only_looks_unsound_is_taken_and_makes_goldens(
    tmp_path: Path, name: str
) -> None:
    recipe = loaded(written(tmp_path, *SOUND[name]))
    module = build_module(recipe)
    check_module(module, recipe)
    assert len(list(goldens(recipe, module, "sha", "weights", "key"))) == 4
    source = Source(module, None, recipe.model, "fp32", "tensor", recipe.samples)
    assert export_weights(source, tmp_path / "weights.safetensors").operators == ()


@pytest.mark.parametrize("name", ["dropout-on"])
def test_a_refused_module_is_one_line_and_exit_code_2_on_the_command_line(
    tmp_path: Path, name: str
) -> None:
    says, *changes = UNSOUND[name]
    path, build = written(tmp_path, *changes), tmp_path / "build"
    assert says in refusal("parity", "--recipe", path, "--size", SIZE, "--build", build)
    assert not list((build / "artifacts").iterdir())


def test_what_a_module_draws_when_it_is_built_is_the_same_in_every_process(tmp_path: Path) -> None:
    recipe = loaded(written(tmp_path, *SOUND["drawn-once"]))
    first = build_module(recipe)
    torch.rand(3)
    assert torch.equal(first.table, build_module(recipe).table)  # type: ignore[arg-type]


def test_a_model_that_hardly_sees_the_photo_is_told_to_take_trained_weights(tmp_path: Path) -> None:
    recipe = loaded(written(tmp_path, gives("y * 1e-5 + 1")))
    [golden, *_] = goldens(recipe, build_module(recipe), "sha", "weights", "key")
    write_capture(tmp_path / "golden.safetensors", golden)
    kept = read_golden(tmp_path / "golden.safetensors")
    insensitive, _ = gate_failures(kept.floors, kept.gates)
    assert insensitive is not None
    assert "moves output 'scores' by" in insensitive
    assert "use trained weights (with random ones the photo may not reach" in insensitive


def golden_refusal(tmp_path: Path, *changes: tuple[str, str]) -> str:
    recipe = loaded(written(tmp_path, *changes))
    with pytest.raises(OnparError) as error:
        list(goldens(recipe, build_module(recipe), "sha", "weights", "key"))
    return str(error.value)


def test_a_module_that_cannot_compute_in_float64_says_where_and_how_to_mend_it(
    tmp_path: Path,
) -> None:
    said = golden_refusal(tmp_path, gives("y @ torch.ones(4, 4, dtype=torch.float32)"))
    assert "case astronaut: the reference, which computes in float64, fails: line 20: Runti" in said
    assert "such as x.new_zeros(…) or dtype=x.dtype, and convert whole numbers by x.to(" in said


def test_an_output_whose_size_depends_on_the_photo_is_refused_with_the_case(
    tmp_path: Path,
) -> None:
    said = golden_refusal(tmp_path, gives("y.repeat(1, 2)[:, : 4 + int(image.mean() < -1)]"))
    assert "case rocket: output scores has shape [1, 5], the model spec says [1, 4]" in said


def test_an_output_that_has_nothing_of_the_photo_in_it_is_not_asked_to_see_colours(
    tmp_path: Path,
) -> None:
    cases = ("astronaut", "chelsea", "coffee", "rocket")
    recipe = loaded(
        written(
            tmp_path,
            ("(1, 3, h, w)),)", '(1, 3, h, w)), TensorSpec("text", (1, 4)))'),
            ('("scores", (1, 4)),)', '("scores", (1, 4)), TensorSpec("words", (1, 4)))'),
            ("forward(self, image)", "forward(self, image, text)"),
            gives("y, text * 2"),
            (
                "build=build",
                f"build=build, inputs={{c: {{'text': np.full((1, 4), len(c), 'f4')}} "
                f"for c in {cases}}}",
            ),
        )
    )
    [golden, *_] = goldens(recipe, build_module(recipe), "sha", "weights", "key")
    assert '"moved_by_bgr": null' in golden.info.extra["gates"].partition("words")[2]
    assert '"moved_by_bgr": null' not in golden.info.extra["gates"].partition("words")[0]
    assert np.array_equal(golden.tensors["words"], golden.tensors["text"] * 2)
