"""Which measured tolerance an artifact is judged by."""

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
    """What was measured of this variant with these weights, in `file` if it is named, else in the
    recipe's own; None where nothing was, and for a precision that has a rule.

    A variant that was not run may be off by as much as eager PyTorch is when it rounds to the same
    precision. Raises OnparError for a file that cannot be used.
    """
    if variant.precision in recipe.tolerances:
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
