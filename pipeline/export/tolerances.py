"""The measured tolerance of an artifact."""

from __future__ import annotations

from pathlib import Path

from onpar.exporters import VARIANTS, Variant
from onpar.parity.contract.measured import MeasuredTolerance, read_tolerances
from onpar.parity.contract.tolerance import ToleranceError
from onpar.pipeline.errors import OnparError
from onpar.pipeline.recipes.recipe import Recipe


def measured_tolerance(
    recipe: Recipe, file: str, weights_sha256: str, variant: Variant
) -> MeasuredTolerance | None:
    """The measured tolerance of this variant with these weights, from `file` if it is given, else
    from the recipe; None if there is none, and for float32.

    A variant that was not measured gets the tolerance of eager PyTorch rounding to the same
    precision. Raises OnparError if the file cannot be used.
    """
    if variant.precision == "fp32":
        return None
    files = [Path(file)] if file else []
    if recipe.measured is not None:
        files += sorted(recipe.measured.glob("*.json"))
    simulated = f"safetensors-{variant.precision}-tensor"
    for name in (variant.name, simulated) if simulated in VARIANTS else (variant.name,):
        for path in files:
            for one in _read(path):
                made = one.recipe_sha256, one.weights_sha256, one.variant
                if made == (recipe.model.sha256, weights_sha256, name):
                    return one
    return None


def _read(path: Path) -> tuple[MeasuredTolerance, ...]:
    try:
        return read_tolerances(path)
    except ToleranceError as error:
        raise OnparError(str(error)) from error
