"""Outputs that are not [1, C, h, w] are judged as any other: VALUE where they are wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from in_process import Judged, judged
from torch import nn

from onpar.parity.contract.capture import Tensor
from onpar.parity.contract.spec import RecipeOptions
from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import Verdict
from onpar.pipeline.errors import OnparError
from onpar.pipeline.module.run_module import run_module
from onpar.pipeline.recipes import load_recipe
from onpar.pipeline.recipes.input_size import with_size
from onpar.pipeline.recipes.recipe import Recipe

HERE = Path(__file__).parent / "models"


def case(name: str, folder: Path, size: tuple[int, int] | None = None) -> Judged:
    recipe = load_recipe(with_size(str(HERE / f"{name}.py"), size))
    return judged(replace(recipe, photos=recipe.photos[:2]), folder)


def verdict_of(one: Judged) -> Verdict:
    """The verdict on what its module computes now."""
    recipe = one.recipe

    def run(inputs: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        return run_module(one.module, inputs, recipe.model.outputs)

    return one.verdict(one.goldens[0], run)


def test_zeros_of_a_flat_output_are_a_value_failure_with_its_cause(tmp_path: Path) -> None:
    one = case("f1_value_of_a_flat_output", tmp_path)
    assert verdict_of(one).status is Status.PASS
    wrong = one.verdict(one.goldens[0], lambda _: {"y": np.zeros((1, 8), np.float32)})
    assert wrong.blame is not None
    assert (wrong.status, wrong.blame.stage) == (Status.VALUE, "run")
    assert "Cause: every value is 0" in wrong.sentence


def pad_is_infinite(module: nn.Module) -> None:
    """What onnxruntime 1.31.1 makes of Pad(0) before MaxPool: the pool's own padding."""
    assert isinstance(module.b, nn.Sequential)
    assert isinstance(module.b[2], nn.ZeroPad2d)
    module.b[2] = nn.ConstantPad2d((0, 1, 0, 1), float("-inf"))


def test_a_detector_of_random_weights_lets_nothing_of_the_photo_through(tmp_path: Path) -> None:
    one = case("yolov3_tiny", tmp_path, (64, 64))
    assert verdict_of(one).status is Status.INSENSITIVE
    pad_is_infinite(one.module)
    # How far it is off is within float32's own error on some machines, and not on others.
    assert verdict_of(one).status in (Status.VALUE, Status.INSENSITIVE)


def test_the_remedy_for_a_detector_of_random_weights_lets_the_photo_through(tmp_path: Path) -> None:
    one = case("yolov3_tiny", tmp_path, (64, 64))
    assert "run images through the module in train() mode in build()" in verdict_of(one).sentence
    recipe = replace(one.recipe, build=lambda: trained_on_the_cases(one.recipe))
    assert verdict_of(judged(recipe, tmp_path)).status is Status.PASS


def trained_on_the_cases(recipe: Recipe) -> nn.Module:
    module = recipe.build().train()
    with torch.no_grad():
        for _ in range(10):
            for sample in recipe.samples():
                module(*map(torch.from_numpy, sample.values()))
    return module


def test_a_pad_that_is_merged_into_a_pool_is_a_value_failure_of_the_boxes(tmp_path: Path) -> None:
    one = case("yolov3_warm", tmp_path, (64, 64))
    assert verdict_of(one).status is Status.PASS
    pad_is_infinite(one.module)
    wrong = verdict_of(one)
    assert wrong.blame is not None
    assert (wrong.status, wrong.blame.stage) == (Status.VALUE, "run")
    assert "boxes: " in wrong.sentence


def test_a_model_of_uint8_pixels_without_a_photo_is_judged_once_it_is_not_of_float32_alone(
    tmp_path: Path,
) -> None:
    with pytest.raises(OnparError) as refused:
        case("s_uint8_tensor", tmp_path)
    assert "line 23: RuntimeError" in str(refused.value)
    assert "x.to(torch.get_default_dtype()) instead of x.float()" in str(refused.value)
    text = (HERE / "s_uint8_tensor.py").read_text()
    assert ".float()" in text
    path = tmp_path / "s_uint8_tensor.py"
    path.write_text(text.replace(".float()", ".to(torch.get_default_dtype())"))
    one = judged(load_recipe(RecipeOptions(str(path))), tmp_path)
    assert one.goldens[0].capture.tensors["image"].dtype == np.uint8
    assert verdict_of(one).status is Status.PASS
    wrong = one.verdict(one.goldens[0], lambda _: {"scores": np.ones((1, 10), np.float32)})
    assert (wrong.status, wrong.blame and wrong.blame.stage) == (Status.VALUE, "run")
