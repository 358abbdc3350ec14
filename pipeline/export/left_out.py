"""Why a variant is left out, by the recipe or as the model cannot have it."""

from __future__ import annotations

from onpar.exporters import VARIANTS, Variant
from onpar.parity.contract.chain import has_image_io
from onpar.pipeline.recipes.recipe import Recipe
from onpar.pipeline.recipes.recipe_check import ALONE

NO_IMAGE = (
    "io image needs a photo in RGB planes, and a class map or a mask; this model does not have both"
)


def why_left_out(recipe: Recipe, variant: Variant) -> str:
    """Why this variant is left out; empty if it is not."""
    if variant.io == "image" and not has_image_io(recipe.model):
        return NO_IMAGE
    for one in (variant, VARIANTS.get(variant.made_from)):
        reason = recipe.left_out.get(one.name, "") if one else ""
        if reason:
            return reason if one is variant else f"{variant.made_from} is left out: {reason}"
    return ""


def by_whom(why: str) -> str:
    """The reason as a sentence: the recipe chose it, unless the model cannot have the variant."""
    return why if why in (NO_IMAGE, ALONE) else f"the recipe leaves it out: {why}"
