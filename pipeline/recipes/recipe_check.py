"""Checks a user's recipe before anything is built, with a message for every mistake."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from keyword import iskeyword
from pathlib import Path
from typing import TypeGuard

from onpar.exporters import FORMATS, VARIANTS, WEIGHTS
from onpar.exporters.quantization.layer_names import as_tuples, float_layer_faults
from onpar.parity.contract.drop import MAX_DROP, PERCENT, is_percent
from onpar.parity.contract.model_check import kind, model_faults, other_sizes, photo_sizes
from onpar.parity.contract.spec import ModelSpec, RecipeOptions
from onpar.parity.contract.steps.places import in_recipe
from onpar.parity.contract.tensor_spec import TensorSpec
from onpar.parity.limits.limits import MAX_SIDE
from onpar.pipeline.errors import OnparError
from onpar.pipeline.recipes.cases import case_faults, with_arrays
from onpar.pipeline.recipes.recipe import Recipe
from onpar.pipeline.recipes.step_check import meaning_faults, order_faults
from onpar.pipeline.recipes.typed_steps import type_faults, typed
from onpar.pipeline.targets import TARGETS

MADE_OF = "it is made of "

ALONE = "io image takes a photo alone; this model has other inputs"

ONLY_LOADED = {"ios-device": ("ptl",)}
"""Formats that preflight judges for a target, although it makes no captures of them."""

FOLDERS = ("calibration", "measured")


def checked(recipe: Recipe, options: RecipeOptions) -> Recipe:
    """The recipe with tuples for lists, paths for strings, arrays in C order and machine byte
    order, and `left_out` by variant. Raises OnparError for its first mistake."""
    fault = next(_faults(recipe, options), None)
    if fault:
        raise OnparError(f"{options.recipe}: {fault}")
    model = recipe.model
    steps = tuple(map(typed, model.steps))
    model = replace(model, inputs=_specs(model.inputs), outputs=_specs(model.outputs), steps=steps)
    reasons = dict(recipe.left_out)
    if len(model.inputs) > 1:
        reasons |= {name: ALONE for name, one in VARIANTS.items() if one.io == "image"}
    layers = as_tuples(recipe.float_layers)
    drop = None if recipe.max_drop is None else float(recipe.max_drop)
    whole = replace(recipe, model=model, float_layers=layers, max_drop=drop)
    return with_arrays(replace(whole, left_out=left_out(reasons)))


def left_out(reasons: Mapping[str, str]) -> dict[str, str]:
    """Why each variant is left out, by name: the variants that a key names, as in `--format`, and
    those made from them; by `target:variant` for what is left out on one target."""
    found: dict[str, str] = {}
    for key, why in reasons.items():
        found |= {f"{target}:{name}": why for target, name in _on_targets(key)}
    for name, variant in VARIANTS.items():
        origin = found.get(variant.made_from)
        if origin:
            made_of = "" if origin.startswith(MADE_OF) else f"{MADE_OF}{variant.made_from}: "
            found[name] = made_of + origin
        for key, why in reasons.items():
            if _matches(name, key):
                found[name] = why
    return found


def _faults(recipe: Recipe, options: RecipeOptions) -> Iterator[str]:
    if recipe.options != options:
        yield "Recipe(options=…) is not the argument of recipe(); pass `options` unchanged"
    if not isinstance(recipe.model, ModelSpec):
        yield f"model is {kind(recipe.model)}, expected a ModelSpec"
    if recipe.model.recipe != options.name:
        yield f"ModelSpec(recipe={recipe.model.recipe!r}): expected options.name"
    made = hasattr(recipe.build, "forward") and not isinstance(recipe.build, type)
    if made or not callable(recipe.build):
        yield (
            f"build is {kind(recipe.build)}, expected a function that makes the module, such as "
            "build=lambda: MyModel()"
        )
    yield from type_faults(recipe.model.steps)
    model = replace(recipe.model, steps=tuple(map(typed, recipe.model.steps)))
    yield from order_faults(model)
    yield from model_faults(model, in_recipe)
    for where, size in other_sizes(model, options, in_recipe):
        yield (
            f"{where} makes {size}, the command asks for {options.size or 'no size'}; use "
            f"options.height and options.width in the recipe, or say --size {size}"
        )
    if recipe.size is not None and not is_size(recipe.size):
        yield f"size is {str(recipe.size)[:80]}, expected (height, width), each 1 to {MAX_SIDE}"
    if recipe.max_drop is not None and not is_percent(recipe.max_drop):
        yield (
            f"max_drop is {str(recipe.max_drop)[:80]!r}, expected {PERCENT}, the percent of the "
            f"pixels that a lower precision may change; None: {MAX_DROP:g}"
        )
    yield from meaning_faults(model)
    yield from _bind_faults(recipe)
    yield from case_faults(recipe)
    yield from float_layer_faults(recipe.float_layers)
    for key in recipe.left_out:
        if not any(_matches(name, key) for name in VARIANTS) and not _on_targets(key):
            yield _unknown(str(key))
        if _matches(WEIGHTS, key):
            yield f"left_out names {key!r}, which holds the weights that all others are made from"
    if isinstance(recipe.sources, str | Path):
        yield f"sources is {str(recipe.sources)!r}, expected a tuple: ({str(recipe.sources)!r},)"
    for source in recipe.sources:
        if not Path(source).is_file():
            yield f"sources names {source}: no such file"
    for name in FOLDERS:
        folder = getattr(recipe, name)
        if folder is not None and not isinstance(folder, str | Path):
            yield f"{name} is {folder!r}, expected the path of a folder"
        if folder is not None and not Path(folder).is_dir():
            yield f"{name} names {folder}: no such folder"
    if options.size and not photo_sizes(model):
        yield f"it resizes no photo, so it has no size; leave out --size {options.size}"


def is_size(size: object) -> TypeGuard[tuple[int, int]]:
    """Whether it is a height and a width in pixels."""
    return (
        isinstance(size, tuple)
        and len(size) == 2
        and all(type(side) is int and 1 <= side <= MAX_SIDE for side in size)
    )


def _bind_faults(recipe: Recipe) -> Iterator[str]:
    bind, expected = recipe.bind, 'parameter of forward(): bind={"image": "pixel_values"}'
    names = [spec.name for spec in recipe.model.inputs]
    if not isinstance(bind, Mapping):
        yield f"bind is {kind(bind)}, expected for an input's name the {expected}"
    for name, parameter in bind.items():
        if name not in names:
            yield f"bind names {name!r}; the model's inputs are {', '.join(names)}"
        named = isinstance(parameter, str) and parameter.isidentifier()
        if not named or iskeyword(parameter):
            yield f"bind gives {name} to {parameter!r}, expected the {expected}"
    given = [bind.get(name, name) for name in names]
    for parameter in given:
        if given.count(parameter) > 1:
            both = ", ".join(name for name in names if bind.get(name, name) == parameter)
            yield f"bind gives {both} to one parameter, {parameter!r}; give each its own"


def _matches(variant: str, key: str) -> bool:
    parts = str(key).split("-")
    return variant.split("-")[: len(parts)] == parts


def _on_targets(key: str) -> list[tuple[str, str]]:
    """The targets and variants that a key such as `mil` or `mil:coreml-int8` leaves out. A name
    that is also a format means the format."""
    target, _, kind = str(key).partition(":")
    if target not in TARGETS or (not kind and any(_matches(name, key) for name in VARIANTS)):
        return []
    formats = (*TARGETS[target].formats, *ONLY_LOADED.get(target, ()))
    runs = [name for name, variant in VARIANTS.items() if variant.format in formats]
    return [(target, name) for name in runs if not kind or _matches(name, kind)]


def _unknown(key: str) -> str:
    target = key.partition(":")[0]
    if target in TARGETS:
        return f"left_out names {key!r}; {target} runs {', '.join(TARGETS[target].formats)}"
    runs = ", ".join(name for name, one in TARGETS.items() if one.formats)
    return (
        f"left_out names {key!r}; known: {', '.join(FORMATS)}, or one variant of them, such as "
        f"onnx-int8, or these on one target, such as mil:coreml; targets: {runs}"
    )


def _specs(specs: tuple[TensorSpec, ...]) -> tuple[TensorSpec, ...]:
    return tuple(replace(spec, shape=tuple(spec.shape)) for spec in specs)
