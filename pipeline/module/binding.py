"""Passes inputs to forward() by name: the files have the recipe's order, which may differ from the
order of forward()'s parameters."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from inspect import Parameter
from typing import Any, cast

import torch
from torch import fx, nn

from onpar.exporters.tracing.module_names import BOUND
from onpar.pipeline.errors import OnparError
from onpar.pipeline.recipes.recipe import Recipe

_BY_POSITION = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
_VARIADIC: dict[Any, str] = {Parameter.VAR_POSITIONAL: "*", Parameter.VAR_KEYWORD: "**"}


def bound(module: nn.Module, recipe: Recipe) -> nn.Module:
    """A module with the recipe's inputs in the recipe's order, by position: `module` itself if
    forward() begins with these parameters, else a module around it that calls it by name.

    Several inputs are passed to the parameters of the same names, or to those in `bind`; a single
    input without such a parameter is the first argument. Raises OnparError for an input without a
    parameter, and for a parameter without a default and without an input.
    """
    names = [spec.name for spec in recipe.model.inputs]
    parameters = _parameters(module, recipe)
    given = _bindings(names, parameters, recipe)
    _check_required(parameters, given, recipe)
    first = [one.name for one in parameters if one.kind in _BY_POSITION][: len(names)]
    if given is None or [given[name] for name in names] == first:
        return module
    return _by_name(module, names, given, parameters)


def _parameters(module: nn.Module, recipe: Recipe) -> list[Parameter]:
    try:
        if isinstance(module, torch.jit.ScriptModule):
            return [
                Parameter(
                    one.name,
                    Parameter.KEYWORD_ONLY if one.kwarg_only else Parameter.POSITIONAL_OR_KEYWORD,
                    default=one.default_value if one.has_default_value() else Parameter.empty,
                )
                for one in cast(Any, module.forward).schema.arguments[1:]
            ]
        return list(inspect.signature(module.forward).parameters.values())
    except (AttributeError, TypeError, ValueError) as error:
        raise OnparError(
            f"recipe {recipe.model.recipe}: the module's forward() has no signature to read "
            f"({type(error).__name__}: {error}); return a module around it from build()"
        ) from error


def _bindings(
    names: Sequence[str], parameters: Sequence[Parameter], recipe: Recipe
) -> dict[str, str] | None:
    """The parameter of each input; None if the only input goes into `*args`."""
    known = {one.name for one in parameters if one.kind not in _VARIADIC}
    any_name = any(one.kind is Parameter.VAR_KEYWORD for one in parameters)
    given = {name: recipe.bind.get(name, name) for name in names}
    if len(names) == 1 and not recipe.bind and names[0] not in known:
        first = next((one for one in parameters if one.kind is not Parameter.VAR_KEYWORD), None)
        if first and first.kind is Parameter.VAR_POSITIONAL:
            return None
        given = {names[0]: first.name} if first else given
    for name, parameter in given.items():
        if parameter in known or (any_name and name in recipe.bind):
            continue
        what = f"input {name}" if parameter == name else f"bind gives input {name} to {parameter}"
        raise OnparError(
            f"recipe {recipe.model.recipe}: {what}: forward() has no parameter {parameter!r}; "
            f"{_taken(parameters)}. {_advice(name, parameters)}"
        )
    return given


def _check_required(
    parameters: Sequence[Parameter], given: Mapping[str, str] | None, recipe: Recipe
) -> None:
    needed = [
        one.name
        for one in parameters
        if one.default is Parameter.empty and one.kind not in _VARIADIC
        if one.name not in (given or {}).values()
    ]
    if needed:
        inputs = ", ".join(given or ())
        raise OnparError(
            f"recipe {recipe.model.recipe}: forward() needs {', '.join(needed)}, but no input of "
            f"the recipe ({inputs}) has that name; {_taken(parameters)}. Rename an input, or write "
            f'bind={{"{next(iter(given or ()), "image")}": "{needed[0]}"}} in Recipe'
        )


def _taken(parameters: Sequence[Parameter]) -> str:
    shown = ", ".join(f"{_VARIADIC.get(one.kind, '')}{one.name}" for one in parameters)
    return f"it takes {shown or 'nothing'}"


def _advice(name: str, parameters: Sequence[Parameter]) -> str:
    named = [one.name for one in parameters if one.kind not in _VARIADIC]
    if named:
        return f'Rename the input, or write bind={{"{name}": "{named[0]}"}} in Recipe'
    if any(one.kind is Parameter.VAR_KEYWORD for one in parameters):
        return f'Write bind={{"{name}": "{name}"}} in Recipe, if it is one of them'
    return "Return from build() a module around it, whose forward() names each input"


def _by_name(
    module: nn.Module,
    names: Sequence[str],
    given: Mapping[str, str],
    parameters: Sequence[Parameter],
) -> nn.Module:
    """A module of torch.fx, whose code TorchScript compiles."""
    graph = fx.Graph()
    inputs: dict[str, fx.node.Argument] = {
        given[name]: graph.placeholder(f"input_{name}") for name in names
    }
    positional = [one.name for one in parameters if one.kind is Parameter.POSITIONAL_ONLY]
    by_position = tuple(inputs.pop(name) for name in positional if name in inputs)
    graph.output(graph.call_module(BOUND, by_position, inputs))
    return fx.GraphModule({BOUND: module}, graph).eval()
