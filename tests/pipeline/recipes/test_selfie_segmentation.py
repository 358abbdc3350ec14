"""The recipe `selfie_segmentation` against the file that MediaPipe publishes, run by LiteRT."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from tools import needs_package
from torch import Tensor, nn

from onpar.parity.contract.spec import RecipeOptions
from onpar.pipeline.demo.write_selfie_segmentation import state_of
from onpar.pipeline.errors import OnparError
from onpar.pipeline.export.export_key import weights_identity
from onpar.pipeline.jobs.scheduler import Watch
from onpar.pipeline.module.build_module import build_module
from onpar.pipeline.paths import DEMO, ROOT, Build
from onpar.pipeline.recipes import load_recipe
from onpar.pipeline.recipes.modules.selfie_segmentation_module import (
    DecoderBlock,
    Excitation,
    InvertedResidual,
    SelfieSegmentation,
)
from onpar.pipeline.weights.choice import Choice, choose
from onpar.pipeline.weights.load import load_weights

TFLITE = ROOT / "tests" / "data" / "selfie_segmentation.tflite"
SHA256 = "9ee168ec7c8f2a16c56fe8e1cfbc514974cbbb7e434051b455635f1bd1462f5c"

OUTPUT_AT, MASK, LOGITS = 227704, 249, 248
"""Where the file has the index of its output, its mask, and the index of what the sigmoid takes."""

RECIPE = load_recipe(RecipeOptions("selfie_segmentation", 256, 256))

FLOOR = 1.7e-3
"""The largest distance of the module in float32 from itself in float64, on the recipe's photos; the
logits go from -821 to 333."""

LOGITS_BOUND = 8 * FLOOR
"""As onpar judges a runtime in float32. Measured: LiteRT's logits are at most 2.6e-3 from the
module in float64."""

MASK_BOUND = LOGITS_BOUND / 4
"""A sigmoid's slope is at most 1/4. Measured: the masks differ by at most 1.3e-4."""


@pytest.fixture(scope="module")
def module() -> nn.Module:
    return published()


def published() -> nn.Module:
    """The recipe's module with its published weights."""
    module = build_module(RECIPE)
    load_weights(module, RECIPE, "pretrained", offline=True, statistics=Path())
    return module.eval()


@pytest.fixture(scope="module", params=RECIPE.case_names)
def image(request: pytest.FixtureRequest) -> Tensor:
    return image_of(request.param)


def image_of(case: str) -> Tensor:
    return torch.from_numpy(RECIPE.inputs_of(RECIPE.sources_of(case))["image"])


def lite(image: Tensor, output: int = MASK) -> NDArray[Any]:
    """What LiteRT computes with the published file: [1, 1, 256, 256]."""
    litert = needs_package("ai_edge_litert.interpreter", "pip install ai-edge-litert")
    content = bytearray(TFLITE.read_bytes())
    assert content[OUTPUT_AT : OUTPUT_AT + 4] == MASK.to_bytes(4, "little")
    content[OUTPUT_AT : OUTPUT_AT + 4] = output.to_bytes(4, "little")
    interpreter = litert.Interpreter(model_content=bytes(content), num_threads=1)
    interpreter.allocate_tensors()
    [taken], [given] = interpreter.get_input_details(), interpreter.get_output_details()
    interpreter.set_tensor(taken["index"], image.permute(0, 2, 3, 1).numpy())
    interpreter.invoke()
    values: NDArray[Any] = interpreter.get_tensor(given["index"]).transpose(0, 3, 1, 2)
    return values


def logits(module: nn.Module, image: Tensor) -> NDArray[Any]:
    values: NDArray[Any] = module(image).numpy()
    return values


def in_float64(module: nn.Module, image: Tensor) -> NDArray[Any]:
    exact = SelfieSegmentation().double().eval().requires_grad_(False)
    exact.load_state_dict(module.state_dict())
    return logits(exact, image.double())


def largest(difference: NDArray[Any]) -> float:
    return float(np.abs(difference).max())


def test_the_published_file_and_the_weights_have_the_digests_of_the_card() -> None:
    card = (DEMO / "selfie_segmentation.md").read_text()
    weights = (DEMO / "selfie_segmentation.safetensors").read_bytes()
    assert hashlib.sha256(TFLITE.read_bytes()).hexdigest() == SHA256
    assert SHA256 in card
    assert hashlib.sha256(weights).hexdigest() in card
    assert SHA256 in (TFLITE.parent / "SOURCES.md").read_text()


def test_the_committed_weights_are_the_published_values_bit_for_bit() -> None:
    needs_package("ai_edge_litert.interpreter", "pip install ai-edge-litert")
    made, committed = state_of(TFLITE), load_file(DEMO / "selfie_segmentation.safetensors")
    assert made.keys() == committed.keys() == SelfieSegmentation().state_dict().keys()
    for name, value in committed.items():
        assert value.dtype == made[name].dtype == torch.float16
        assert torch.equal(value.view(torch.int16), made[name].view(torch.int16)), name


def test_its_float32_error_is_at_most_the_stated_floor(module: nn.Module, image: Tensor) -> None:
    error = largest(logits(module, image) - in_float64(module, image))
    assert error <= 2 * FLOOR  # The order of sums is another on another processor.


def test_litert_computes_its_logits(module: nn.Module, image: Tensor) -> None:
    assert largest(lite(image, LOGITS) - in_float64(module, image)) <= LOGITS_BOUND


def test_the_sigmoid_of_its_logits_is_the_published_mask(module: nn.Module, image: Tensor) -> None:
    own = module(image)
    assert largest(lite(image) - own.sigmoid().numpy()) <= MASK_BOUND
    assert np.array_equal(lite(image) > 0.5, own.numpy() > 0)


def symmetric_padding(module: nn.Module) -> None:
    module.stem_pad = nn.ZeroPad2d((1, 0, 1, 0))


def symmetric_padding_inside(module: nn.Module) -> None:
    for block in module.modules():
        if isinstance(block, InvertedResidual) and isinstance(block.pad, nn.ZeroPad2d):
            kernel = block.depthwise.kernel_size[0]
            block.pad = nn.ZeroPad2d((kernel // 2, kernel // 2 - 1) * 2)


def aligned_corners(module: nn.Module) -> None:
    for block in module.modules():
        if isinstance(block, DecoderBlock):
            block.upsample = nn.Upsample(scale_factor=2.0, mode="bilinear", align_corners=True)


def hard_sigmoid(module: nn.Module) -> None:
    for block in module.modules():
        if isinstance(block, Excitation):
            block.gate.add_module("sigmoid", nn.Hardsigmoid())


def transposed_kernel_of_the_classifier(module: nn.Module) -> None:
    assert isinstance(module.classifier, nn.ConvTranspose2d)
    module.classifier.weight.data = module.classifier.weight.data.transpose(2, 3).contiguous()


@pytest.mark.parametrize(
    "mistake",
    [
        symmetric_padding,
        symmetric_padding_inside,
        aligned_corners,
        hard_sigmoid,
        transposed_kernel_of_the_classifier,
    ],
)
def test_a_mistake_in_the_module_is_far_beyond_the_bounds(
    mistake: Callable[[nn.Module], None],
) -> None:
    wrong, image = published(), image_of("astronaut")
    mistake(wrong)
    assert largest(lite(image, LOGITS) - logits(wrong, image)) > 1000 * LOGITS_BOUND
    assert largest(lite(image) - wrong(image).sigmoid().numpy()) > 10 * MASK_BOUND


def test_the_mask_of_the_astronaut_is_the_person_and_that_of_the_rocket_is_empty(
    module: nn.Module,
) -> None:
    person = logits(module, image_of("astronaut"))[0, 0] > 0
    hair, face, suit = (20, 115), (60, 110), (150, 90)
    flag, sky, shuttle = (30, 20), (20, 160), (60, 205)
    assert all(person[place] for place in (hair, face, suit))
    assert not any(person[place] for place in (flag, sky, shuttle))
    assert 0.5 < person.mean() < 0.6
    assert not (logits(module, image_of("rocket")) > 0).any()


def test_without_a_recipe_it_runs_with_its_published_weights_and_without_a_network(
    tmp_path: Path,
) -> None:
    silent = Watch(lambda name, done, of: None, lambda name: None)
    for recipe in ("selfie_segmentation", None):
        chosen = choose(recipe, None, False, "auto", True, "", "", Build(tmp_path), silent)
        assert (chosen.name, chosen.weights) == (
            "selfie_segmentation-256x256-pretrained",
            "pretrained",
        )
        assert chosen.note == ""
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("content", [None, b"not safetensors"], ids=["missing", "damaged"])
def test_weights_that_cannot_be_read_are_refused_by_name(
    content: bytes | None, tmp_path: Path
) -> None:
    path = tmp_path / "published.safetensors"
    if content is not None:
        path.write_bytes(content)
    recipe = replace(RECIPE, pretrained=path)
    with pytest.raises(OnparError, match=rf"{path}: .*name other --weights"):
        load_weights(SelfieSegmentation(), recipe, "pretrained", True, tmp_path)


def test_other_published_weights_are_exported_again(tmp_path: Path) -> None:
    choice = Choice(RECIPE.options, "pretrained", "pretrained", offline=True)
    changed = tmp_path / "published.safetensors"
    state = load_file(DEMO / "selfie_segmentation.safetensors")
    save_file({name: value * 2 for name, value in state.items()}, changed)
    other = replace(RECIPE, pretrained=changed)
    assert weights_identity(choice, RECIPE) != weights_identity(choice, other)


def test_seeded_weights_are_refused_with_the_weights_to_use(tmp_path: Path) -> None:
    with pytest.raises(OnparError, match=r"is not made for seeded weights .* use pretrained"):
        load_weights(SelfieSegmentation(), RECIPE, "seeded:0", True, tmp_path)
