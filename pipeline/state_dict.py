"""State dicts: read without running code, and loaded only where every key and shape fits."""

from __future__ import annotations

import pickle
import re
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from pipeline.errors import OnparError
from pipeline.recipe import Recipe


def read_state(path: Path) -> Mapping[str, Tensor]:
    """A state dict from a `.safetensors` file, or from a `.pth` whose pickle holds no code."""
    if not path.is_file():
        raise OnparError(
            f"weights {str(path)!r}: no such file; --weights takes auto, pretrained, demo, "
            "seeded:N, or the path of a state dict (.safetensors or .pth)"
        )
    try:
        if path.suffix == ".safetensors":
            return load_file(path)
        content = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        name = re.search(r"GLOBAL ([\w.]+)", str(error))
        raise OnparError(
            f"{path}: refused: it is not a plain state dict, its pickle wants to run "
            f"{name.group(1) if name else 'code'}, or it is damaged; save the weights alone with "
            "`torch.save(model.state_dict(), path)`, or as .safetensors"
        ) from error
    except (OSError, SafetensorError, RuntimeError, EOFError, ValueError) as error:
        raise OnparError(
            f"{path}: not a readable state dict ({_reason(error)}); copy the file again"
        ) from error
    for key in ("state_dict", "model"):
        if isinstance(content, Mapping) and isinstance(content.get(key), Mapping):
            content = content[key]
    if not isinstance(content, Mapping) or not all(
        isinstance(key, str) and isinstance(value, Tensor) for key, value in content.items()
    ):
        raise OnparError(
            f"{path}: holds {type(content).__name__}, expected a state dict of tensors by name; "
            "save the weights alone with `torch.save(model.state_dict(), path)`"
        )
    if content and all(key.startswith("module.") for key in content):
        content = {key.removeprefix("module."): value for key, value in content.items()}
    state: Mapping[str, Tensor] = content
    return state


def _reason(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__


def fit_state(model: nn.Module, recipe: Recipe, state: Mapping[str, Tensor], source: str) -> None:
    """Load `state` into the model. Raises OnparError unless keys and shapes are the model's."""
    wanted = {k: v for k, v in model.state_dict().items() if v.is_floating_point()}
    given = {
        key: value
        for key, value in state.items()
        if value.is_floating_point() and not key.startswith(recipe.ignored)
    }
    shapes = [
        f"{key} is {list(given[key].shape)}, expected {list(wanted[key].shape)}"
        for key in sorted(wanted.keys() & given.keys())
        if given[key].shape != wanted[key].shape
    ]
    faults = [
        f"{len(names)} {what} ({', '.join(names[:3])}{', …' if len(names) > 3 else ''})"
        for what, names in (
            ("missing", sorted(wanted.keys() - given.keys())),
            ("unknown", sorted(given.keys() - wanted.keys())),
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


def _check_constants(
    model: nn.Module, recipe: Recipe, state: Mapping[str, Tensor], source: str
) -> None:
    """Integers and masks are what `build` makes, in every process: others would silently be lost.
    Counters of batches count for nothing."""
    own = model.state_dict()
    names = [
        name
        for name, value in state.items()
        if name in own and not value.is_floating_point() and not name.endswith("batches_tracked")
        if value.shape != own[name].shape or not bool((value == own[name]).all())
    ]
    if names:
        raise OnparError(
            f"weights {source!r}: {', '.join(names[:3])}{', …' if len(names) > 3 else ''} (no "
            f"floating-point numbers) are others than {recipe.model.recipe} builds; load the file "
            "in build(), and name it in the recipe's `sources`"
        )
