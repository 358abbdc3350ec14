"""The name of an artifact, and the key of all its inputs."""

from __future__ import annotations

from pathlib import Path

from onpar.exporters import FORMATS, VARIANTS, Variant
from onpar.parity.contract.spec import Artifact
from onpar.pipeline.build_folder.keys import file_digest, key_of, source_digest, versions
from onpar.pipeline.export.float_layers import layers_in_float
from onpar.pipeline.export.tolerances import measured_tolerance
from onpar.pipeline.paths import STATISTICS, Build
from onpar.pipeline.recipes import recipe_code
from onpar.pipeline.recipes.recipe import Recipe
from onpar.pipeline.targets import TARGETS, evaluator
from onpar.pipeline.weights.choice import Choice
from onpar.pipeline.weights.weights_file import file_and_key

JOB = "onpar.pipeline.export.export_job"

CONVERSION_CHECK = "onpar.pipeline.export.conversion_check"

PROGRAM_GOLDENS = "onpar.pipeline.export.program_goldens"

EVALUATED_FORMATS = TARGETS["mil"].formats
"""The formats whose conversions are evaluated at export (pipeline/export/conversion_check.py)."""


def artifact_name(choice: Choice, variant: Variant) -> str:
    """`<recipe>-<size>-<weights>-<precision>-<io><suffix>`."""
    return f"{choice.name}-{variant.precision}-{variant.io}{FORMATS[variant.format].suffix}"


def export_key(
    recipe: Recipe,
    choice: Choice,
    variant: Variant,
    made_from: str,
    calibrated_on: str,
    build: Build,
    weights: Artifact | None = None,
) -> str:
    """The hash of all inputs of an artifact: `made_from` is the digest of its source artifact,
    `calibrated_on` that of the calibration images. Raises OnparError if the tolerances, or the
    layers in float, cannot be used.
    """
    measured = (
        measured_tolerance(recipe, choice.tolerances, weights.sha256, variant) if weights else None
    )
    # Absent from the keys of other precisions, which it does not change.
    layers = {"float_layers": layers_in_float(recipe, choice, variant)}
    return key_of(
        **(layers if variant.precision == "int8" else {}),
        recipe=recipe.model.sha256,
        options=choice.options,
        code=recipe_code(recipe, build, *job_modules(variant)),
        cases=recipe.cases(),
        made_from=made_from,
        variant=variant.name,
        calibrated_on=calibrated_on,
        tools=tools(variant.format),
        tolerance=recipe.rule(variant.precision, variant.computes),
        measured=measured,
        max_drop=recipe.max_drop,
    )


def job_modules(variant: Variant) -> tuple[str, ...]:
    """The modules that the export of a variant runs: its key covers these and what they import."""
    modules = [JOB, FORMATS[variant.format].module]
    if variant.format in EVALUATED_FORMATS:
        modules.append(CONVERSION_CHECK)
    if variant.has_program:
        target = evaluator(variant.format)
        modules += [PROGRAM_GOLDENS, *([target.module] if target else [])]
    return tuple(modules)


def weights_identity(choice: Choice, recipe: Recipe) -> str:
    """The identity of the weights: equal identities mean equal weights."""
    if choice.weights == "pretrained":
        published = recipe.pretrained
        return file_digest(published) if isinstance(published, Path) else published
    if choice.weights == "built":
        return "built"
    if choice.weights == "demo":
        return file_digest(recipe.demo) if recipe.demo else ""
    if choice.weights.startswith("seeded:"):
        statistics = STATISTICS / f"{choice.options.name}-{choice.weights_name}.safetensors"
        stored = [statistics] if statistics.exists() else []
        return f"{choice.weights} {source_digest(stored)}"
    path, key = file_and_key(choice.weights)
    return f"{file_digest(path)} {key}".strip()


def packages(variant: Variant) -> tuple[str, ...]:
    """The packages imported to export a variant and those that it is made from."""
    before = packages(VARIANTS[variant.made_from]) if variant.made_from else ()
    return (*before, *FORMATS[variant.format].tools)


def tools(format_name: str) -> dict[str, str]:
    """The versions of the packages that a format is exported with."""
    return versions(("torchvision", *FORMATS[format_name].tools))
