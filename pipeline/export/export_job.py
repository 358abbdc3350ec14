"""The export of one artifact, in a separate process."""

from __future__ import annotations

import tempfile
import time
import traceback
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec
from torch import nn

from onpar.exporters import FORMATS, VARIANTS, WEIGHTS, Variant, file_inputs
from onpar.exporters.errors import ExportError, left_out
from onpar.exporters.graphs.image_io import image_specs
from onpar.exporters.quantization.layer_names import all_names
from onpar.parity.contract.chain import steps_inside
from onpar.parity.contract.sidecar import sidecar_path, sidecar_text
from onpar.parity.contract.spec import Artifact
from onpar.parity.files.atomic import whole_artifact, write_text
from onpar.pipeline.build_folder.keys import artifact_digest, artifact_size, file_digest
from onpar.pipeline.errors import OnparError
from onpar.pipeline.export.export_key import PROGRAM_GOLDENS, artifact_name, tools
from onpar.pipeline.export.float_layers import float_layers
from onpar.pipeline.export.source import calibrated_on, source_of
from onpar.pipeline.export.tolerances import measured_tolerance
from onpar.pipeline.golden.cheap_gate import cheap_gate
from onpar.pipeline.module.binding import bound
from onpar.pipeline.paths import Build
from onpar.pipeline.recipes import load_recipe
from onpar.pipeline.recipes.recipe import Recipe
from onpar.pipeline.recipes.user_code import as_converter_message, user_line
from onpar.pipeline.weights.choice import Choice


def export_artifact(choice: dict[str, Any], variant: str, key: str, build: str) -> None:
    """Export one variant, and write its sidecar after the file is complete.

    Raises OnparError if the weights are not available or the format does not support the model,
    OSError if the disk is full.
    """
    started = time.monotonic()
    chosen, folder = msgspec.convert(choice, Choice), Build(Path(build))
    recipe, kind = load_recipe(chosen.options), VARIANTS[variant]
    path = folder.artifacts / artifact_name(chosen, kind)
    source = source_of(recipe, chosen, kind, folder)
    exporter = import_module(FORMATS[kind.format].module)
    with whole_artifact(path) as temporary:
        # Libraries write temporary files here, and some never remove them; the folder is removed.
        tempfile.tempdir = str(temporary.parent)
        try:
            written = exporter.export(source, temporary)
            seconds = round(time.monotonic() - started, 2)
            artifact = _described(recipe, chosen, kind, path, temporary)
            artifact = replace(artifact, key=key, operators=written.operators)
            if kind.has_program:
                # Imports what the golden needs, and other precisions do not.
                goldens = import_module(PROGRAM_GOLDENS)
                given = artifact_name(chosen, VARIANTS[kind.made_from])
                strict = not all_names(float_layers(recipe, chosen))
                photos = chosen.calibration if kind.precision == "int8" else ""
                program = written.program
                goldens.write(recipe, artifact, temporary, program, folder, given, strict, photos)
        except ExportError as error:
            raise OnparError(_with_line(error, Path(chosen.options.recipe))) from error
        except Exception as error:
            raise _refused(error, chosen, kind) from error
    gate = _gate(recipe, source.module) if kind.name == WEIGHTS else ()
    artifact = replace(artifact, export_seconds=seconds, gate=gate)
    write_text(sidecar_path(path), sidecar_text(artifact), follow_links=False)


def _described(
    recipe: Recipe, chosen: Choice, kind: Variant, path: Path, temporary: Path
) -> Artifact:
    """The artifact at `path`, whose content is still at `temporary`, without what only its export
    knows."""
    digest = artifact_digest(temporary)
    weights = path.parent / artifact_name(chosen, VARIANTS[WEIGHTS])
    weights_sha256 = digest if path == weights else file_digest(weights)
    inputs, outputs = file_inputs(recipe.model.inputs, kind.format), recipe.model.outputs
    if kind.io == "image":
        inputs, outputs = ((spec,) for spec in image_specs(recipe.model, kind.format))
    int8 = kind.precision == "int8"
    return Artifact(
        file=path.name,
        sha256=digest,
        bytes=artifact_size(temporary),
        key="",
        format=kind.format,
        precision=kind.precision,
        io=kind.io,
        engine=kind.engine,
        weights=chosen.weights_name,
        weights_sha256=weights_sha256,
        recipe_sha256=recipe.model.sha256,
        options=chosen.options,
        model=recipe.model,
        steps=recipe.model.steps,
        runs=steps_inside(recipe.model, kind.io),
        inputs=inputs,
        outputs=outputs,
        calibration=calibrated_on(recipe, chosen, kind) if int8 else "",
        cases=recipe.cases(),
        tolerance=recipe.rule(kind.precision, kind.computes),
        operators=(),
        tools=tools(kind.format),
        export_seconds=0.0,
        max_drop=recipe.max_drop,
        measured=measured_tolerance(recipe, chosen.tolerances, weights_sha256, kind),
    )


def _gate(recipe: Recipe, module: nn.Module | None) -> tuple[str, ...]:
    """The weights' module has its inputs in the order of forward(), not of the recipe."""
    return cheap_gate(recipe, bound(module, recipe)) if module else ()


def _with_line(error: ExportError, recipe: Path) -> str:
    """What the exporter says, after the user's line where its cause arose."""
    frames = traceback.extract_tb((error.__cause__ or error).__traceback__)
    line = user_line(frames, recipe)
    return f"{line}: {error}" if line and line not in str(error) else str(error)


def _refused(error: Exception, choice: Choice, variant: Variant) -> Exception:
    """The error; if an exporter does not support a user's model, with a remedy."""
    theirs = choice.options.recipe.endswith(".py") and variant.name != WEIGHTS
    if isinstance(error, OSError | OnparError) or not theirs:
        return error
    traceback.print_exception(error)
    said = as_converter_message(error, Path(choice.options.recipe))
    what, instead = f"{variant.format} cannot hold the model", "change the model, or leave it out"
    if variant.precision == "int8":  # float32 may support the model.
        what, instead = f"the quantizer of {variant.name} fails on the model", "leave it out"
    return OnparError(
        f"{what} ({said}); {instead}: {left_out(variant.name.removesuffix('-tensor'))}"
    )
