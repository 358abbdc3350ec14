"""Loads a state dict, only if every key and shape matches."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor, nn

from onpar.pipeline.errors import OnparError
from onpar.pipeline.recipes.recipe import Recipe
from onpar.pipeline.weights.weights_file import SAVE

MAX_NAMED = 3
"""The number of tensors that an error names."""


def floating(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The weights in a state dict: its floating-point tensors."""
    return {name: value for name, value in state.items() if value.is_floating_point()}


def fit_state(model: nn.Module, recipe: Recipe, state: Mapping[str, Tensor], source: str) -> None:
    """Load `state` into the model. Raises OnparError if keys or shapes do not match the model."""
    wanted = floating(model.state_dict())
    given = {
        key: value for key, value in floating(state).items() if not key.startswith(recipe.ignored)
    }
    shapes = [
        f"{key} is {list(given[key].shape)}, expected {list(wanted[key].shape)}"
        for key in sorted(wanted.keys() & given.keys())
        if given[key].shape != wanted[key].shape
    ]
    unknown = sorted(given.keys() - wanted.keys())
    missing = sorted(wanted.keys() - given.keys())
    if unknown and not missing and not shapes:
        raise OnparError(_has_more(recipe, unknown, len(state), source))
    faults = [
        f"{len(names)} {what} ({_some(names)})"
        for what, names in (
            ("missing", missing),
            ("unknown", unknown),
            ("of another shape", shapes),
        )
        if names
    ]
    if faults:
        aux = ", and --keep-aux" if recipe.ignored or recipe.options.keep_aux else ""
        raise OnparError(
            f"weights {source!r} are not those of {recipe.model.recipe}: of its {len(wanted)} "
            f"tensors {'; '.join(faults)}; check the recipe{aux}"
        )
    _check_constants(model, recipe, state, source)
    model.load_state_dict(given, strict=False)


def _has_more(recipe: Recipe, unknown: list[str], total: int, source: str) -> str:
    """The error for a file with all tensors of the model and others: those of a loss or a metric,
    as saved by Lightning, or of a deeper model with the same first layers."""
    kept = f"{{k: v for k, v in state.items() if k not in {unknown}}}"
    without = f"save a file without them: `torch.save({kept}, path)`"
    return (
        f"weights {source!r} have all tensors of {recipe.model.recipe}, but {len(unknown)} of the "
        f"file's {total} are not in it ({_some(unknown)}); if the model needs them, check the "
        f"recipe; if not, as those of a loss, {without if len(unknown) <= MAX_NAMED else SAVE}"
    )


def _some(names: list[str]) -> str:
    return f"{', '.join(names[:MAX_NAMED])}{', …' if len(names) > MAX_NAMED else ''}"


def _check_constants(
    model: nn.Module, recipe: Recipe, state: Mapping[str, Tensor], source: str
) -> None:
    """Integers and masks come from `build`, in every process: others would silently be lost. Batch
    counters are ignored."""
    own = model.state_dict()
    names = [
        name
        for name, value in state.items()
        if name in own and not value.is_floating_point() and not name.endswith("batches_tracked")
        if value.shape != own[name].shape or not bool((value == own[name]).all())
    ]
    if names:
        raise OnparError(
            f"weights {source!r}: {_some(names)} (no floating-point numbers) differ from those "
            f"that {recipe.model.recipe} builds; load the file in build(), and name it in the "
            "recipe's `sources`"
        )
