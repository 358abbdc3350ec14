"""Loads weights from `pretrained`, `demo`, `seeded:N` or a file, and never unpickles code."""

from __future__ import annotations

import pickle
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from onpar.parity.contract.spec import RecipeOptions
from onpar.pipeline.errors import OnparError, as_message
from onpar.pipeline.paths import CHECKOUT
from onpar.pipeline.recipes import load_recipe
from onpar.pipeline.recipes.recipe import Recipe
from onpar.pipeline.weights.checkpoint import read_state
from onpar.pipeline.weights.seed_model import seed_model
from onpar.pipeline.weights.state_dict import fit_state, floating

DOWNLOAD_TIMEOUT = 20.0
"""After so many seconds without an answer, published weights count as not available."""


def load_weights(
    model: nn.Module, recipe: Recipe, weights: str, offline: bool, statistics: Path
) -> None:
    """Load the `weights` into the recipe's model: `pretrained`, `demo`, `built` (its own),
    `seeded:N` or a path.

    `statistics` is the folder for measured statistics of seeds. Raises OnparError if the weights
    are not available or belong to another architecture.
    """
    if weights == "pretrained":
        fit_state(model, recipe, published(recipe, offline), weights)
    elif weights == "demo":
        if recipe.demo is None:
            raise OnparError(
                f"--weights demo: there are none for {recipe.model.recipe}; {_trained()}use auto"
            )
        fit_state(model, recipe, load_file(recipe.demo), weights)
    elif weights == "built":
        return
    elif weights.startswith("seeded:"):
        if not recipe.seedable:
            others = "pretrained" if recipe.pretrained else "built"
            raise OnparError(
                f"--weights {weights}: recipe {recipe.model.recipe} is not made for seeded weights "
                f"(its `seedable` is False); use {others}, or the path of a state dict"
            )
        seed_model(model, recipe, int(weights.removeprefix("seeded:")), statistics)
    else:
        wanted = floating(model.state_dict())
        fit_state(model, recipe, read_state(weights, wanted), weights)


def _trained() -> str:
    """How demo weights are made, which a checkout alone can do; else empty."""
    of = "deeplabv3_mobilenet_v3_large and mobilenet_v3_small"
    return f"`make demo-weights` trains those of {of}, or " if CHECKOUT else ""


def published(recipe: Recipe, offline: bool) -> Mapping[str, Tensor]:
    """The recipe's published weights: its file, or torchvision's, downloaded and hash-checked by
    torchvision. Raises OnparError if they are not available."""
    from torchvision.models import get_weight

    if isinstance(recipe.pretrained, Path):
        return _file_of(recipe.pretrained)
    if not recipe.pretrained:
        raise OnparError(
            f"recipe {recipe.model.recipe} has no published weights; use "
            f"{'seeded:0, ' if recipe.seedable else ''}built, or the path of a state dict"
        )
    weights = get_weight(recipe.pretrained)
    cached = Path(torch.hub.get_dir(), "checkpoints", weights.url.rpartition("/")[2])
    if offline and not cached.exists():
        raise OnparError(
            f"{recipe.pretrained}: not on this machine ({cached} does not exist) and --offline "
            "forbids the download; leave out --offline, or name other --weights"
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
            f"{recipe.pretrained}: the pretrained weights are not available ({as_message(error)}); "
            f"{advice}, or name other --weights"
        ) from error
    finally:
        socket.setdefaulttimeout(before)
    return state


def _file_of(path: Path) -> Mapping[str, Tensor]:
    try:
        state: Mapping[str, Tensor] = load_file(path)
    except (OSError, SafetensorError) as error:
        raise OnparError(
            f"{path}: the pretrained weights cannot be read ({as_message(error)}); put the file "
            "back, or name other --weights"
        ) from error
    return state


def why_not_pretrained(options: dict[str, Any], offline: bool) -> str:
    """An empty string if the published weights are available (they are then on this machine), else
    the reason."""
    try:
        published(load_recipe(RecipeOptions(**options)), offline)
    except OnparError as error:
        return str(error)
    return ""
