"""What an exporter is given for a variant, and what int8 is calibrated on."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path

from safetensors.torch import load_file
from torch import nn

from onpar.exporters import VARIANTS, WEIGHTS, Source, Variant
from onpar.pipeline.export.calibration import calibration, samples
from onpar.pipeline.export.export_key import CONVERSION_CHECK, EVALUATED_FORMATS, artifact_name
from onpar.pipeline.export.float_layers import layers_in_float
from onpar.pipeline.export.layers_job import check_layers
from onpar.pipeline.module.binding import bound
from onpar.pipeline.module.build_module import build_module
from onpar.pipeline.module.soundness import check_module
from onpar.pipeline.paths import Build
from onpar.pipeline.recipes.recipe import Recipe
from onpar.pipeline.weights.choice import Choice
from onpar.pipeline.weights.load import load_weights
from onpar.pipeline.weights.state_dict import fit_state

MAX_NAMES = 20
"""The number of layers in float32 that a sidecar names."""


def calibrated_on(recipe: Recipe, choice: Choice, variant: Variant) -> str:
    """What int8 was calibrated on, and what stayed in float32, as text."""
    layers = layers_in_float(recipe, choice, variant)
    shown = ", ".join(layers[:MAX_NAMES]) + (", …" if len(layers) > MAX_NAMES else "")
    said = calibration(recipe, choice.calibration)[0]
    return f"{said}; in float32: {shown}" if layers else said


def source_of(recipe: Recipe, choice: Choice, variant: Variant, build: Build) -> Source:
    """What the variant is exported from: the weights, or another artifact in the build folder.

    Raises OnparError if the weights or the calibration images are not available.
    """
    module, file = None, None
    if variant.made_from in ("", WEIGHTS):
        module = _module(recipe, choice, variant, build)
    else:
        file = build.artifacts / artifact_name(choice, VARIANTS[variant.made_from])
    folder = choice.calibration if variant.precision == "int8" else ""
    source = Source(
        module,
        file,
        recipe.model,
        variant.precision,
        variant.io,
        lambda: samples(recipe, folder),
        float_layers=layers_in_float(recipe, choice, variant),
    )
    if variant.format not in EVALUATED_FORMATS:
        return source
    # Imports coremltools, which takes seconds.
    check = import_module(CONVERSION_CHECK).check
    return replace(source, check=partial(check, source, Path(choice.options.recipe)))


def _module(recipe: Recipe, choice: Choice, variant: Variant, build: Build) -> nn.Module:
    module = build_module(recipe)
    if variant.name == WEIGHTS:
        check_layers(module, recipe, choice)
        load_weights(module, recipe, choice.weights, choice.offline, build.statistics)
        check_module(bound(module, recipe), recipe)
    else:
        weights = build.artifacts / artifact_name(choice, VARIANTS[WEIGHTS])
        fit_state(module, recipe, load_file(weights), choice.weights)
    # Weights files name tensors as build() does, not as a wrapping module would.
    return module if variant.format == "safetensors" else bound(module, recipe)
