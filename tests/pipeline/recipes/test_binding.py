"""Inputs reach forward() by name: in any order, past optional parameters, through wrappers."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Optional

import pytest
import torch
from recipe_mistakes import also
from recipe_text import loaded, written
from torch import Tensor, nn

from onpar.parity.contract.spec import ModelSpec, RecipeOptions
from onpar.parity.contract.tensor_spec import TensorSpec
from onpar.pipeline.errors import OnparError
from onpar.pipeline.module.binding import bound
from onpar.pipeline.recipes.recipe import Recipe

A, B, C = (torch.full((1,), float(n)) for n in (1, 20, 300))


class Net(nn.Module):
    """What a caller confuses changes the sum."""

    def forward(self, a: Tensor, b: Optional[Tensor] = None, c: Optional[Tensor] = None) -> Tensor:  # noqa: UP045
        total = a
        if b is not None:
            total = total + 2 * b
        if c is not None:
            total = total + 3 * c
        return total


class KeywordsOnly(Net):
    def forward(self, *, c: Tensor, a: Tensor) -> Tensor:  # type: ignore[override]
        return a + 3 * c


class PositionalOnly(Net):
    def forward(self, a: Tensor, b: Tensor, /, c: Tensor) -> Tensor:  # type: ignore[override]
        return a + 2 * b + 3 * c


class AnyKeywords(Net):
    def forward(self, **given: Tensor) -> Tensor:  # type: ignore[override]
        return super().forward(**given)


class Anything(Net):
    def forward(self, *given: Tensor, **named: Tensor) -> Tensor:  # type: ignore[override]
        return super().forward(*given, **named)


class Decorated(Net):
    """As Hugging Face's models: the wrapper takes anything and names what it wraps."""

    @functools.wraps(Net.forward)
    def forward(self, *given: Tensor, **named: Tensor) -> Tensor:  # type: ignore[override]
        return super().forward(*given, **named)


def partial() -> nn.Module:
    module = Net()
    module.forward = functools.partial(module.forward, b=B)  # type: ignore[method-assign]
    return module


def scripted() -> nn.Module:
    script: nn.Module = torch.jit.script(Net())
    return script


def recipe(*names: str, **bind: str) -> Recipe:
    specs = tuple(TensorSpec(name, (1,)) for name in names)
    options = RecipeOptions("mine")
    model = ModelSpec("mine", specs, (TensorSpec("y", (1,)),))
    return Recipe(options, model, build=Net, bind=bind)


def result(module: nn.Module, made: Recipe, *values: Tensor) -> float:
    return float(bound(module.eval(), made)(*values))


def refusal(module: nn.Module, made: Recipe) -> str:
    with pytest.raises(OnparError) as refused:
        bound(module, made)
    return str(refused.value)


RIGHT: dict[str, tuple[Callable[[], nn.Module], Recipe, tuple[Tensor, ...], float]] = {
    "in order": (Net, recipe("a", "b", "c"), (A, B, C), 941),
    "reversed": (Net, recipe("c", "b", "a"), (C, B, A), 941),
    "past an optional one": (Net, recipe("a", "c"), (A, C), 901),
    "renamed": (Net, recipe("photo", "c", photo="a"), (A, C), 901),
    "swapped by bind": (Net, recipe("a", "b", a="b", b="a"), (B, A), 41),
    "alone, of any name": (Net, recipe("image"), (A,), 1),
    "alone, renamed": (Anything, recipe("image", image="a"), (A,), 1),
    "alone, keywords only": (AnyKeywords, recipe("a", a="a"), (A,), 1),
    "alone, into *args": (Anything, recipe("image"), (A,), 1),
    "keywords only": (KeywordsOnly, recipe("a", "c"), (A, C), 901),
    "positional only": (PositionalOnly, recipe("c", "a", "b"), (C, A, B), 941),
    "any keywords": (AnyKeywords, recipe("c", "a", c="c", a="a"), (C, A), 901),
    "decorated": (Decorated, recipe("c", "a"), (C, A), 901),
    "partial": (partial, recipe("a", "c"), (A, C), 941),
    "scripted": (scripted, recipe("c", "a"), (C, A), 901),
}


@pytest.mark.parametrize("case", RIGHT)
def test_inputs_reach_the_parameters_of_their_names(case: str) -> None:
    build, made, values, expected = RIGHT[case]
    assert result(build(), made, *values) == expected


def test_a_module_that_takes_the_inputs_in_order_is_left_as_it_is() -> None:
    module = Net()
    assert bound(module, recipe("a", "b")) is module


TAKES = "it takes a, b, c. "

REFUSED: dict[str, tuple[Callable[[], nn.Module], Recipe, str]] = {
    "another name": (
        Net,
        recipe("a", "mask"),
        f"input mask: forward() has no parameter 'mask'; {TAKES}Rename the input, or write "
        'bind={"mask": "a"} in Recipe',
    ),
    "bind to another name": (
        Net,
        recipe("a", "mask", mask="masks"),
        f"bind gives input mask to masks: forward() has no parameter 'masks'; {TAKES}Rename",
    ),
    "no names": (
        Anything,
        recipe("a", "b"),
        "input a: forward() has no parameter 'a'; it takes *given, **named. Write "
        'bind={"a": "a"} in Recipe, if it is one of them',
    ),
    "*args alone": (
        lambda: SimpleModule(lambda *given: given[0]),
        recipe("a", "b"),
        "it takes *given. Return from build() a module around it, whose forward() names each",
    ),
    "none": (
        lambda: SimpleModule(lambda: A),
        recipe("a"),
        "input a: forward() has no parameter 'a'; it takes nothing. Return from build()",
    ),
    "one that is needed is missing": (
        PositionalOnly,
        recipe("a", "c"),
        f"forward() needs b, but no input of the recipe (a, c) has that name; {TAKES}Rename an "
        'input, or write bind={"a": "b"} in Recipe',
    ),
}


class SimpleModule(nn.Module):
    def __init__(self, forward: Callable[..., Any]) -> None:
        super().__init__()
        self.forward = forward


@pytest.mark.parametrize("case", REFUSED)
def test_an_input_without_a_parameter_is_refused_with_the_parameters(case: str) -> None:
    build, made, said = REFUSED[case]
    assert said in refusal(build(), made)


def test_a_script_without_forward_is_refused() -> None:
    empty: Any = SimpleNamespace(forward=3)
    assert "has no signature to read" in refusal(empty, recipe("a"))


MISTAKES = {
    "bind={'mask': 'x'}": "bind names 'mask'; the model's inputs are image",
    "bind={'image': 'my x'}": "bind gives image to 'my x', expected the parameter of forward()",
    "bind={'image': 'class'}": "bind gives image to 'class', expected the parameter of forward()",
    "bind=('image', 'x')": "bind is a tuple, expected for an input's name the parameter",
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_wrong_bind_is_refused_before_anything_is_built(tmp_path: Path, mistake: str) -> None:
    with pytest.raises(OnparError) as refused:
        loaded(written(tmp_path, also(mistake)))
    assert MISTAKES[mistake] in str(refused.value)


def test_two_inputs_of_one_parameter_are_refused(tmp_path: Path) -> None:
    second = ("(1, 3, h, w)),)", '(1, 3, h, w)), TensorSpec("text", (1, 4)))')
    with pytest.raises(OnparError) as refused:
        loaded(written(tmp_path, second, also("bind={'text': 'image'}")))
    assert "bind gives image, text to one parameter, 'image'" in str(refused.value)
