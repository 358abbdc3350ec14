"""The export of one artifact, in a process of its own."""

from __future__ import annotations

import time
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec
import torch
from safetensors.torch import load_file
from torch import nn

from exporters import FORMATS
from parity.atomic import whole_file, write_text
from parity.spec import Artifact, sidecar_path, sidecar_text
from pipeline.choice import Choice
from pipeline.export import artifact_name, tools, weights_path
from pipeline.keys import file_digest
from pipeline.paths import Build
from pipeline.recipe import Recipe
from pipeline.recipes import load_recipe
from pipeline.state_dict import fit_state
from pipeline.weights import load_weights


def export_artifact(choice: dict[str, Any], format_name: str, key: str, build: str) -> None:
    """Export one format, and write its sidecar once the file itself is whole.

    Raises OnparError where the weights cannot be had, OSError where the disk is full.
    """
    started = time.monotonic()
    chosen, folder = msgspec.convert(choice, Choice), Build(Path(build))
    recipe = load_recipe(chosen.options)
    path = folder.artifacts / artifact_name(chosen, format_name)
    torch.manual_seed(0)
    module = _module(recipe, chosen, format_name, folder)
    inputs = {spec.name: torch.rand(spec.shape) for spec in recipe.model.inputs}
    exporter = import_module(FORMATS[format_name].module)
    with whole_file(path) as temporary:
        operators = exporter.export(module, inputs, recipe.model.outputs, temporary)
        digest, size = file_digest(temporary), temporary.stat().st_size
    weights = weights_path(chosen, folder)
    artifact = Artifact(
        file=path.name,
        sha256=digest,
        bytes=size,
        key=key,
        format=format_name,
        precision="fp32",
        io="tensor",
        engine="",
        weights=chosen.weights_name,
        weights_sha256=digest if path == weights else file_digest(weights),
        recipe_sha256=recipe.model.sha256,
        options=chosen.options,
        model=recipe.model,
        cases=recipe.cases(),
        tolerance=recipe.tolerances.get("fp32"),
        operators=operators,
        tools=tools(format_name),
        export_seconds=round(time.monotonic() - started, 2),
    )
    write_text(sidecar_path(path), sidecar_text(artifact))


def _module(recipe: Recipe, choice: Choice, format_name: str, build: Build) -> nn.Module:
    module = recipe.build()
    if format_name == "safetensors":
        load_weights(module, recipe, choice.weights, choice.offline, build.statistics)
    else:
        fit_state(module, recipe, load_file(weights_path(choice, build)), choice.weights)
    return module.eval()
