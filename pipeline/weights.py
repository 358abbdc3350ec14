"""Where weights come from: `pretrained`, `seeded:N`, a file; never by unpickling code."""

from __future__ import annotations

import pickle
import re
import socket
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from parity.atomic import whole_file
from parity.image import decode
from parity.spec import RecipeOptions
from pipeline.errors import OnparError
from pipeline.paths import STATISTICS
from pipeline.recipe import Recipe, photo
from pipeline.recipes import load_recipe
from pipeline.seeded import fill
from pipeline.statistics import apply_statistics, measure_statistics, mixed_images

DOWNLOAD_TIMEOUT = 20.0
"""Seconds without an answer after which published weights count as not to be had."""

STATISTICS_SIZE = (400, 400)
"""Height and width at which statistics are measured, whatever the export's size: one file serves
every size (the gates pass from 96×160 to 400×400)."""


def weights_state(
    recipe: Recipe, weights: str, offline: bool, statistics: Path
) -> dict[str, Tensor]:
    """The state dict f32 of `weights` (`pretrained`, `seeded:N` or a path) for the recipe.

    `statistics` is the folder where measured statistics of seeds are kept. Raises OnparError
    where the weights cannot be had or belong to another architecture.
    """
    model = recipe.build()
    if weights == "pretrained":
        fit_state(model, recipe, published(recipe, offline), weights)
    elif weights.startswith("seeded:"):
        seed_model(model, recipe, int(weights.removeprefix("seeded:")), statistics)
    else:
        fit_state(model, recipe, read_state(Path(weights)), weights)
    return {k: v.contiguous() for k, v in model.state_dict().items() if v.is_floating_point()}


def published(recipe: Recipe, offline: bool) -> Mapping[str, Tensor]:
    """torchvision's published weights, downloaded and hash-checked by torchvision."""
    from torchvision.models import get_weight

    weights = get_weight(recipe.pretrained)
    cached = Path(torch.hub.get_dir(), "checkpoints", weights.url.rpartition("/")[2])
    if offline and not cached.exists():
        raise OnparError(
            f"{recipe.pretrained}: not on this machine ({cached} does not exist) and --offline "
            "forbids the download; leave --offline away, or name other --weights"
        )
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(DOWNLOAD_TIMEOUT)
    try:
        state: Mapping[str, Tensor] = weights.get_state_dict(
            progress=False, check_hash=True, weights_only=True
        )
    except (OSError, RuntimeError, EOFError, ValueError, pickle.UnpicklingError) as error:
        advice = f"connect to the internet, put the file at {cached}"
        if cached.exists():
            advice = f"delete {cached}, which is damaged"
        raise OnparError(
            f"{recipe.pretrained}: the pretrained weights cannot be had ({_reason(error)}); "
            f"{advice}, or name other --weights"
        ) from error
    finally:
        socket.setdefaulttimeout(before)
    return state


def why_not_pretrained(recipe: str, offline: bool) -> str:
    """An empty string where the published weights can be had (they are then on this machine),
    else the reason."""
    try:
        published(load_recipe(RecipeOptions(recipe)), offline)
    except OnparError as error:
        return str(error)
    return ""


def read_state(path: Path) -> Mapping[str, Tensor]:
    """A state dict from a `.safetensors` file, or from a `.pth` whose pickle holds no code."""
    if not path.is_file():
        raise OnparError(
            f"weights {str(path)!r}: no such file; --weights takes auto, pretrained, seeded:N, or "
            "the path of a state dict (.safetensors or .pth)"
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
        raise OnparError(
            f"weights {source!r} are not those of {recipe.model.recipe}: of its {len(wanted)} "
            f"tensors {'; '.join(faults)}; check the recipe, and --keep-aux"
        )
    model.load_state_dict(given, strict=False)


def seed_model(model: nn.Module, recipe: Recipe, seed: int, cache: Path) -> None:
    """Fill the model with well-conditioned random weights: the committed statistics where there
    are any, else measured once, with the auxiliary head, and kept in `cache`."""
    name = f"{recipe.model.recipe}-seeded{seed}.safetensors"
    path = next((p for p in (STATISTICS / name, cache / name) if p.exists()), None)
    if path is None:
        path = cache / name
        whole = load_recipe(replace(recipe.options, keep_aux=True))
        with whole_file(path) as temporary:
            save_file(statistics_of(whole, seed), temporary)
    fill(model, seed)
    apply_statistics(model, load_file(path))


def statistics_of(recipe: Recipe, seed: int) -> dict[str, Tensor]:
    """The statistics of the recipe's model filled from `seed`, over mixes of its photos."""
    model = recipe.build()
    fill(model, seed)
    prep = recipe.model.prep
    photos = [decode(photo(path), path.name) for path in recipe.photos]
    return measure_statistics(model, mixed_images(photos, prep.mean, prep.std, STATISTICS_SIZE))
