"""Checkpoints with several sets of weights, and files that are no checkpoint: one line each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from test_bad_weights import small
from torch import Tensor

from onpar.parity.contract.spec import RecipeOptions
from onpar.pipeline.errors import OnparError
from onpar.pipeline.recipes import load_recipe
from onpar.pipeline.recipes.recipe import Recipe
from onpar.pipeline.weights.choice import weights_name
from onpar.pipeline.weights.load import load_weights

State = dict[str, Tensor]


@pytest.fixture
def recipe() -> Recipe:
    return replace(load_recipe(RecipeOptions("deeplabv3_resnet50", 8, 8)), build=small, ignored=())


@pytest.fixture
def state() -> State:
    torch.manual_seed(1)
    return {k: torch.rand(v.shape) for k, v in small().state_dict().items() if v.ndim}


def taken(recipe: Recipe, weights: Path | str) -> Tensor:
    model = recipe.build()
    load_weights(model, recipe, str(weights), True, Path())
    bias: Tensor = model.state_dict()["0.bias"]
    return bias


def refusal(recipe: Recipe, weights: Path | str) -> str:
    with pytest.raises(OnparError) as error:
        taken(recipe, weights)
    assert "\n" not in str(error.value)
    return str(error.value)


def averaged(state: State) -> State:
    return {name: value + 1 for name, value in state.items()}


def prefixed(prefix: str, state: State) -> State:
    return {prefix + name: value for name, value in state.items()}


BESIDE: dict[str, tuple[Callable[[State], Any], str, str]] = {
    "timm": (lambda s: {"state_dict": s, "state_dict_ema": averaged(s)}, "state_dict", ""),
    "of a script": (lambda s: {"model": s, "model_ema": averaged(s)}, "model", "model_ema"),
    "YOLO": (lambda s: {"ema": prefixed("module.", averaged(s)), "model": s}, "model", ""),
    "Lightning": (
        lambda s: {"state_dict": prefixed("net.", s) | prefixed("ema_net.", averaged(s))},
        "state_dict.net",
        "state_dict.ema_net",
    ),
    "one dictionary": (lambda s: s | prefixed("ema.", averaged(s)), "", "ema"),
}


@pytest.mark.parametrize("kind", BESIDE)
def test_averaged_weights_beside_plain_ones_are_named_and_either_can_be_chosen(
    tmp_path: Path, recipe: Recipe, state: State, kind: str
) -> None:
    make, plain, ema = BESIDE[kind]
    path = tmp_path / "weights.pth"
    torch.save(make(state), path)
    said = refusal(recipe, path)
    assert "holds several sets of these weights: " in said
    remedy = said.partition("such as --weights '")[2].rstrip("'")
    assert float(taken(recipe, remedy).sum()) > 0
    if plain:
        assert plain in said
        assert torch.equal(taken(recipe, f"{path}#{plain}"), state["0.bias"])
    if ema:
        assert ema in said
        assert torch.equal(taken(recipe, f"{path}#{ema}"), state["0.bias"] + 1)


@pytest.mark.parametrize(
    ("key", "average"),
    [
        ("ema", {"decay": 0.99, "shadow_params": [torch.ones(3)]}),
        ("state_dict_ema", {"0.bias": torch.ones(4)}),
    ],
)
def test_averaged_weights_that_do_not_fit_are_not_ignored_silently(
    tmp_path: Path, recipe: Recipe, state: State, key: str, average: Any
) -> None:
    path = tmp_path / "weights.pth"
    torch.save({"model": state, key: average, "schema": 3, "ema_decay": 0.99}, path)
    said = refusal(recipe, path)
    assert f"holds averaged weights under {key}" in said
    remedy = said.partition("use --weights '")[2].rstrip("'")
    assert torch.equal(taken(recipe, remedy), state["0.bias"])


def test_a_part_that_is_not_there_is_refused_with_those_that_are(
    tmp_path: Path, recipe: Recipe, state: State
) -> None:
    path = tmp_path / "weights.pth"
    torch.save({"state_dict": state, "state_dict_ema": averaged(state)}, path)
    said = refusal(recipe, f"{path}#ema")
    assert "has no weights under 'ema'; it holds state_dict, state_dict_ema" in said


def test_the_parts_of_a_file_are_different_weights_by_name(tmp_path: Path) -> None:
    path = tmp_path / "weights#1.pth"
    torch.save({}, path)
    names = {weights_name(str(path)), weights_name(f"{path}#a"), weights_name(f"{path}#b")}
    assert len(names) == 3


def test_a_checkpoint_of_another_model_is_refused_with_what_it_holds(
    tmp_path: Path, recipe: Recipe
) -> None:
    path = tmp_path / "weights.pth"
    others = {"x.weight": torch.ones(1)}
    torch.save({"generator": others, "discriminator": others.copy()}, path)
    said = refusal(recipe, path)
    assert "none of its sets (generator, discriminator) has a tensor of this model" in said


def test_what_is_missing_behind_a_prefix_is_said_by_the_models_names(
    tmp_path: Path, recipe: Recipe, state: State
) -> None:
    path = tmp_path / "lightning.ckpt"
    del state["0.bias"]
    torch.save({"state_dict": prefixed("model.", state) | {"loss.w": torch.ones(1)}}, path)
    assert "1 missing (0.bias); 1 unknown (loss.w)" in refusal(recipe, path)


def test_safetensors_by_another_suffix_are_taken(
    tmp_path: Path, recipe: Recipe, state: State
) -> None:
    save_file(state, tmp_path / "weights.bin")
    assert torch.equal(taken(recipe, tmp_path / "weights.bin"), state["0.bias"])


LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n"

ELSE: dict[str, tuple[bytes, str]] = {
    "notes.txt": (b"epoch 3: loss 0.1\n", "is a text file, expected a state dict; save the w"),
    "a.pth": (b"eval", "is a text file, expected a state dict"),
    "b.pth": (b"<!DOCTYPE html><html>", "is a web page, not the weights; download the file"),
    "c.safetensors": (b"\n<html lang='en'>", "is a web page"),
    "d.safetensors": (LFS, "is a Git LFS pointer, not the weights; fetch them with `git lfs pull`"),
    "e.onnx": (b"\x08\x0a\x12\x07", "is an ONNX file, expected the weights of the PyTorch module"),
    "f.pth": (b"PK\x03\x04nothing", "copy the file again"),
}


@pytest.mark.parametrize("name", ELSE)
def test_a_file_that_is_no_checkpoint_is_named_for_what_it_is(
    tmp_path: Path, recipe: Recipe, name: str
) -> None:
    content, said = ELSE[name]
    (tmp_path / name).write_bytes(content)
    assert said in refusal(recipe, tmp_path / name)


def test_a_script_is_refused_with_how_to_save_its_weights_and_no_unsafe_advice(
    tmp_path: Path, recipe: Recipe, state: State
) -> None:
    module, path = small(), tmp_path / "script.pt"
    module.load_state_dict(state, strict=False)
    torch.jit.save(torch.jit.script(module), path)
    said = refusal(recipe, path)
    assert "is a TorchScript archive, expected a state dict" in said
    assert "weights_only" not in said
    torch.save(torch.jit.load(path).state_dict(), tmp_path / "weights.pth")
    assert torch.equal(taken(recipe, tmp_path / "weights.pth"), state["0.bias"])


def test_a_folder_is_refused_with_a_file_in_it(
    tmp_path: Path, recipe: Recipe, state: State
) -> None:
    assert f"--weights '{tmp_path}': is a folder; known: auto, " in refusal(recipe, tmp_path)
    save_file(state, tmp_path / "model.safetensors")
    remedy = refusal(recipe, tmp_path).partition("such as --weights ")[2]
    assert torch.equal(taken(recipe, remedy), state["0.bias"])
    with pytest.raises(OnparError, match="is a folder; name the file in it, such as --weights"):
        weights_name(str(tmp_path))
