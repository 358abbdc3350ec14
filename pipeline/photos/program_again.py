"""The program of an artifact that exists: exported again, and proven by the artifact's digest."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path

from onpar.exporters import FORMATS, VARIANTS, Variant, file_inputs
from onpar.exporters.errors import ExportError
from onpar.exporters.program import Program
from onpar.exporters.quantization.layer_names import all_names
from onpar.parity.contract.spec import Artifact
from onpar.pipeline.build_folder.keys import artifact_digest
from onpar.pipeline.errors import OnparError
from onpar.pipeline.export.export_key import artifact_name
from onpar.pipeline.export.float_layers import float_layers
from onpar.pipeline.export.source import calibrated_on, source_of
from onpar.pipeline.paths import Build
from onpar.pipeline.recipes.recipe import Recipe
from onpar.pipeline.weights.choice import Choice

AS_A_CASE = "or make the photo a case of the recipe, and run `onpar parity`"
"""The remedy that always works for a photo whose golden cannot be made from a capture."""


@dataclass(frozen=True)
class Again:
    """The program, and the files that were made again.

    made       the artifact that the program is of, and its file
    converted  if that is another one: the artifact that was converted from it, and its file
    strict     no layer stays in float32, so these files and the kernels are equal to the bit
    """

    program: Program
    made: tuple[Artifact, Path]
    converted: tuple[Artifact, Path] | None
    strict: bool


def program_again(recipe: Recipe, artifact: Artifact, build: Build, folder: Path) -> Again:
    """The program of the artifact. It is exported again into `folder`, with the recipe's own
    calibration and layers in float32: its sidecar does not say what else the user named.

    Raises OnparError if that does not give the artifact's own bytes.
    """
    choice = Choice(artifact.options, artifact.weights, artifact.weights, offline=True)
    kind = VARIANTS[artifact.variant]
    if kind.precision == "int8":
        _check_calibration(recipe, choice, artifact)
    try:
        *before, (path, program) = _exported(recipe, choice, kind, build, folder)
    except ExportError as error:
        raise OnparError(f"{artifact.file} cannot be exported again: {error}") from error
    found = artifact_digest(path)
    if found != artifact.sha256:
        raise OnparError(
            f"exporting {artifact.file} again gives a file with SHA-256 {found[:16]}…, expected "
            f"{artifact.sha256[:16]}…, so its program is not known; run `onpar export`, copy the "
            f"file to the target and capture again, {AS_A_CASE}"
        )
    strict = not all_names(float_layers(recipe, choice))
    if not before:
        return Again(program, (artifact, path), None, strict)
    given, _ = before[0]
    return Again(program, (_of(artifact, kind, given), given), (artifact, path), strict)


def _check_calibration(recipe: Recipe, choice: Choice, artifact: Artifact) -> None:
    now = calibrated_on(recipe, choice, VARIANTS[artifact.variant])
    if now != artifact.calibration:
        raise OnparError(
            f"{artifact.file} was calibrated on {artifact.calibration}, and the recipe says {now}: "
            "name the same folder and layers in the recipe (`calibration`, `float_layers`) and run "
            f"this again, {AS_A_CASE}"
        )


def _exported(
    recipe: Recipe, choice: Choice, kind: Variant, build: Build, folder: Path
) -> list[tuple[Path, Program]]:
    """The file of the variant, last, and the quantized one that it is converted from, first."""
    before, given = VARIANTS[kind.made_from], list[tuple[Path, Program]]()
    if before.has_program:
        given = _exported(recipe, choice, before, build, folder)
    elif not (build.artifacts / artifact_name(choice, before)).exists():
        raise OnparError(
            f"{artifact_name(choice, before)}, which it is made from, is not in {build.artifacts}; "
            "run `onpar export`"
        )
    source = source_of(recipe, choice, kind, build)
    if given:
        source = replace(source, file=given[-1][0])
    path = folder / artifact_name(choice, kind)
    written = import_module(FORMATS[kind.format].module).export(source, path)
    program = given[-1][1] if given else written.program
    return [*given, (path, program)]


def _of(artifact: Artifact, kind: Variant, given: Path) -> Artifact:
    """The artifact that this one was converted from, whose file is `given`."""
    before = VARIANTS[kind.made_from]
    return replace(
        artifact,
        file=given.name,
        sha256=artifact_digest(given),
        format=before.format,
        engine=before.engine,
        inputs=file_inputs(artifact.model.inputs, before.format),
    )
