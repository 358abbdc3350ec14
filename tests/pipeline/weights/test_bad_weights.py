"""Weights that are damaged, hostile or another model's are refused; what people save is taken."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from builds import RECIPE
from calls import refusal
from safetensors.torch import save_file
from torch import Tensor, nn

from onpar.parity.contract.spec import RecipeOptions
from onpar.pipeline.errors import OnparError
from onpar.pipeline.golden.golden_job import goldens
from onpar.pipeline.recipes import load_recipe
from onpar.pipeline.recipes.recipe import Recipe
from onpar.pipeline.weights import load
from onpar.pipeline.weights.checkpoint import read_state
from onpar.pipeline.weights.load import load_weights, published
from onpar.pipeline.weights.state_dict import fit_state

State = dict[str, Tensor]


def small() -> nn.Module:
    return nn.Sequential(nn.Conv2d(3, 4, 1), nn.BatchNorm2d(4))


@pytest.fixture
def recipe() -> Recipe:
    """A recipe whose module has six tensors; `aux_classifier.` is a head that it drops."""
    real = load_recipe(RecipeOptions(RECIPE, 8, 8))
    assert real.ignored == ("aux_classifier.",)
    return replace(real, build=small)


@pytest.fixture
def state() -> State:
    torch.manual_seed(1)
    return {k: torch.rand(v.shape) for k, v in small().state_dict().items() if v.ndim}


def taken(recipe: Recipe, path: Path) -> State:
    """The state of the recipe's model once it has loaded a weights file."""
    model = recipe.build()
    load_weights(model, recipe, str(path), True, path.parent)
    return {k: v for k, v in model.state_dict().items() if v.is_floating_point()}


def refused(recipe: Recipe, path: Path) -> str:
    with pytest.raises(OnparError) as error:
        taken(recipe, path)
    assert "\n" not in str(error.value)
    assert path.name in str(error.value)
    return str(error.value)


WRAPPED: dict[str, Callable[[State], Any]] = {
    "plain": lambda s: s,
    "in state_dict": lambda s: {"state_dict": s, "epoch": 3},
    "in model": lambda s: {"model": s, "optimizer": {}},
    "parallel": lambda s: {f"module.{k}": v for k, v in s.items()},
    "parallel in state_dict": lambda s: {"state_dict": {f"module.{k}": v for k, v in s.items()}},
    "with a dropped head": lambda s: {**s, "aux_classifier.0.weight": torch.ones(9)},
    "with counters": lambda s: {**s, "1.num_batches_tracked": torch.tensor(7)},
    "under another name": lambda s: {"net": s, "epoch": 3},
    "of a script": lambda s: {"epoch": 3, "model_state_dict": s, "loss": torch.ones(())},
    "of Lightning": lambda s: {"state_dict": {f"model.{k}": v for k, v in s.items()}},
    "compiled": lambda s: {f"_orig_mod.{k}": v for k, v in s.items()},
    "compiled in parallel": lambda s: {f"module._orig_mod.{k}": v for k, v in s.items()},
    "averaged": lambda s: {"n_averaged": torch.tensor(9), **{f"module.{k}": s[k] for k in s}},
    "twice the same": lambda s: {"model": s, "best": {k: v.clone() for k, v in s.items()}},
    "beside another model's": lambda s: {"generator": s, "discriminator": {"x": torch.ones(1)}},
    "with an optimizer's": lambda s: {"model": s, "optimizer": {"state": {0: s["0.bias"]}}},
    "half": lambda s: {k: v.half() for k, v in s.items()},
}


@pytest.mark.parametrize("kind", WRAPPED)
def test_what_people_save_is_taken(tmp_path: Path, recipe: Recipe, state: State, kind: str) -> None:
    path = tmp_path / "weights.pth"
    torch.save(WRAPPED[kind](state), path)
    got = taken(recipe, path)
    assert got.keys() == state.keys()
    expected = {k: v.half().float() if kind == "half" else v for k, v in state.items()}
    assert all(torch.equal(got[k], expected[k]) for k in state)
    assert all(v.dtype == torch.float32 for v in got.values())


def test_safetensors_are_taken(tmp_path: Path, recipe: Recipe, state: State) -> None:
    save_file(state, tmp_path / "weights.safetensors")
    assert all(
        torch.equal(v, state[k]) for k, v in taken(recipe, tmp_path / "weights.safetensors").items()
    )


def test_missing_unknown_and_misshapen_tensors_are_counted_and_named(
    tmp_path: Path, recipe: Recipe, state: State
) -> None:
    del state["0.bias"]
    state |= {"2.weight": torch.ones(1), "1.weight": torch.ones(5)}
    torch.save(state, tmp_path / "weights.pth")
    said = refused(recipe, tmp_path / "weights.pth")
    assert "of its 6 tensors 1 missing (0.bias); 1 unknown (2.weight); " in said
    assert "1 of another shape (1.weight is [5], expected [4])" in said
    assert said.endswith("check the recipe, and --keep-aux")
    without = replace(recipe, ignored=())
    assert refused(without, tmp_path / "weights.pth").endswith("check the recipe")


def test_tensors_that_the_model_has_not_are_named_and_the_advice_makes_a_file_that_is_taken(
    tmp_path: Path, recipe: Recipe, state: State
) -> None:
    path = tmp_path / "weights.pth"
    torch.save(state | {"loss.weight": torch.ones(2)}, path)
    said = refused(recipe, path)
    assert f"but 1 of the file's {len(state) + 1} are not in it (loss.weight); " in said
    advice = said.partition("save a file without them: `")[2].partition("`")[0]
    exec(advice, {"torch": torch, "state": torch.load(path), "path": path})
    assert torch.equal(taken(recipe, path)["0.bias"], state["0.bias"])


def test_of_many_tensors_that_the_model_has_not_three_are_named(
    tmp_path: Path, recipe: Recipe, state: State
) -> None:
    torch.save(state | {f"deep.{i}": torch.ones(1) for i in range(5)}, tmp_path / "weights.pth")
    said = refused(recipe, tmp_path / "weights.pth")
    assert f"but 5 of the file's {len(state) + 5} are not in it (deep.0, deep.1, deep.2, …)" in said
    assert (
        "if the model needs them, check the recipe; if not, as those of a loss, save the " in said
    )


def test_a_long_list_of_faults_is_cut(tmp_path: Path, recipe: Recipe) -> None:
    torch.save({f"layer{i}.weight": torch.ones(1) for i in range(500)}, tmp_path / "weights.pth")
    said = refused(recipe, tmp_path / "weights.pth")
    assert "500 unknown (layer0.weight, layer1.weight, layer10.weight, …)" in said
    assert len(said) < 600


@pytest.mark.parametrize("name", ["weights.pth", "weights.safetensors"])
def test_a_file_that_is_not_whole_is_refused(
    tmp_path: Path, recipe: Recipe, state: State, name: str
) -> None:
    path = tmp_path / name
    if path.suffix == ".pth":
        torch.save(state, path)
    else:
        save_file(state, path)
    whole = path.read_bytes()
    for content in (b"", whole[:4], whole[: len(whole) // 2], whole[:-1], b"no weights at all"):
        path.write_bytes(content)
        said = refused(recipe, path)
        assert any(
            words in said
            for words in ("copy the file again", "or it is damaged", "is a text file, expected")
        )


@pytest.mark.parametrize("content", [[1, 2], 3, {"epoch": 3}, {"a": [1]}, {0: torch.ones(1)}])
def test_what_is_no_state_dict_is_refused(tmp_path: Path, recipe: Recipe, content: Any) -> None:
    torch.save(content, tmp_path / "weights.pth")
    said = refused(recipe, tmp_path / "weights.pth")
    assert "expected a state dict of tensors" in said


def test_a_whole_pickled_model_is_refused_with_how_to_save_it(
    tmp_path: Path, recipe: Recipe
) -> None:
    torch.save(small(), tmp_path / "model.pth")
    said = refused(recipe, tmp_path / "model.pth")
    assert "torch.nn.modules.container.Sequential" in said
    assert "`torch.save(model.state_dict(), path)`" in said


class Evil:
    """A pickle that makes a file when it is loaded."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, (f"touch '{self.marker}'",)


def test_code_in_a_pickle_is_named_and_never_run(tmp_path: Path, state: State) -> None:
    marker, path = tmp_path / "marker", tmp_path / "evil.pth"
    torch.save({**state, "0.bias": Evil(marker)}, path)
    torch.load(path, weights_only=False)
    assert marker.exists(), "the trap does not work"
    marker.unlink()
    said = refusal("export", "--recipe", RECIPE, "--weights", path, "--build", tmp_path / "build")
    assert "refused: it is not a plain state dict, its pickle wants to run posix.system" in said
    assert not marker.exists()


def test_weights_of_another_architecture_say_so_on_the_command_line(
    tmp_path: Path, wide_build: Path
) -> None:
    [weights] = (wide_build / "artifacts").glob("*-fp32-tensor.safetensors")
    other = ("--recipe", "deeplabv3_resnet50", "--weights", str(weights))
    said = refusal("export", *other, "--build", tmp_path)
    assert "are not those of deeplabv3_resnet50" in said
    assert not list((tmp_path / "artifacts").iterdir())


def test_weights_with_a_dropped_head_are_too_few_where_it_is_kept(
    recipe: Recipe, state: State
) -> None:
    with pytest.raises(OnparError, match=r"1 of the file's \d+ are not in it \(aux\.x\)"):
        fit_state(small(), replace(recipe, ignored=()), {**state, "aux.x": torch.ones(1)}, "w")


def test_weights_with_nan_in_them_make_no_golden() -> None:
    recipe = load_recipe(RecipeOptions(RECIPE, 32, 48))
    module = recipe.build().eval()
    with torch.no_grad():
        module.get_parameter("classifier.4.bias")[3] = torch.nan
    with pytest.raises(OnparError, match="the reference itself computes out with NaN or infinity"):
        next(goldens(recipe, module, "sha", "weights", "key"))


def test_a_file_that_vanishes_is_no_traceback(tmp_path: Path) -> None:
    with pytest.raises(OnparError, match="no such file"):
        read_state(str(tmp_path / "weights.pth"), ())


def test_demo_weights_are_taken_from_the_recipes_file(
    recipe: Recipe, state: State, tmp_path: Path
) -> None:
    path = tmp_path / "demo.safetensors"
    save_file({name: value.half() for name, value in state.items()}, path)
    model = recipe.build()
    load_weights(model, replace(recipe, demo=path), "demo", True, tmp_path)
    for name, value in state.items():
        assert torch.equal(model.state_dict()[name], value.half().float())


def test_demo_weights_that_are_not_there_are_refused_with_the_way_to_them(recipe: Recipe) -> None:
    with pytest.raises(OnparError, match=r"there are none for .*`make demo-weights` trains"):
        load_weights(recipe.build(), replace(recipe, demo=None), "demo", True, Path())


def test_in_a_wheel_no_make_target_is_named(
    recipe: Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "CHECKOUT", False)
    with pytest.raises(OnparError, match=r"^--weights demo: there are none for \S+; use auto$"):
        load_weights(recipe.build(), replace(recipe, demo=None), "demo", True, Path())


@pytest.mark.parametrize("seedable", [True, False])
def test_a_recipe_without_published_weights_names_seeded_ones_where_it_is_made_for_them(
    recipe: Recipe, seedable: bool
) -> None:
    with pytest.raises(OnparError, match="has no published weights; use ") as error:
        published(replace(recipe, pretrained="", seedable=seedable), True)
    assert ("use seeded:0, built, or the path" in str(error.value)) == seedable
