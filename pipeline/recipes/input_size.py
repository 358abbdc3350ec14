"""The size that photos are resized to: `--size`, or what the recipe's own chain says.

Of several photos it is the size of one of them.
"""

from __future__ import annotations

from onpar.parity.contract.model_check import photo_sizes
from onpar.parity.contract.spec import ModelSpec, RecipeOptions
from onpar.parity.contract.steps.step import Step
from onpar.pipeline.errors import OnparError
from onpar.pipeline.recipes import check_recipe, made_recipe
from onpar.pipeline.recipes.recipe import Recipe
from onpar.pipeline.recipes.recipe_check import is_size

Size = tuple[int, int]

DEFAULT_SIZE: Size = (400, 400)
"""Height and width, for a recipe that resizes photos to any size."""


def with_size(recipe: str, size: Size | None, keep_aux: bool = False) -> RecipeOptions:
    """The recipe's options with the height and width in pixels that the user gives, or None.

    Without them, the size is the recipe's `size`; else that of its chain if this resizes photos to
    fixed sizes only (of several photos that of the first), else 400×400. A chain that resizes no
    photo has none. Whether the recipe makes the size is checked by `load_recipe`. Raises OnparError
    for an unknown recipe, for a file that fails, and for a size that nothing is resized to.
    """
    check_recipe(recipe)
    options = RecipeOptions(recipe, *(size or DEFAULT_SIZE), keep_aux)
    made = made_recipe(options)
    if not size and is_size(made.size):
        height, width = made.size
        return RecipeOptions(recipe, height, width, keep_aux)
    sizes = _sizes(made)
    if sizes is None:
        return options
    if not sizes:
        return _without_size(options, made, bool(size))
    if not size:
        only = RecipeOptions(recipe, *sizes[0], keep_aux)
        if only == options or _sizes(made_recipe(only)) == sizes:
            return only
    return options


def _without_size(options: RecipeOptions, made: Recipe, given: bool) -> RecipeOptions:
    if given:
        raise OnparError(
            f"--size {options.size}: recipe {options.name} resizes no photo, so it has no size; "
            "leave out --size"
        )
    bare = RecipeOptions(options.recipe, keep_aux=options.keep_aux)
    try:
        same = made_recipe(bare).model == made.model
    except OnparError:
        same = False
    if not same:
        raise OnparError(
            f"{options.recipe}: uses options.height or options.width, but resizes no photo, so it "
            "has no size; write the numbers in the recipe"
        )
    return bare


def _sizes(made: Recipe) -> list[Size] | None:
    """The sizes that the recipe's chain resizes its photos to; None if it is not a valid recipe,
    whose mistake `load_recipe` names."""
    model: object = made.model
    if not isinstance(model, ModelSpec) or not isinstance(model.steps, tuple):
        return None
    if not all(isinstance(step, Step) for step in model.steps):
        return None
    return list(photo_sizes(model).values())
