"""`--weights seeded:N` of a recipe: random weights whose statistics are those of photographs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from onpar.parity.contract.steps.normalize import Normalize
from onpar.parity.files.atomic import whole_file
from onpar.parity.image.decode import decode
from onpar.pipeline.errors import OnparError
from onpar.pipeline.module.build_module import build_module
from onpar.pipeline.paths import PHOTOGRAPHS, STATISTICS
from onpar.pipeline.recipes import load_recipe
from onpar.pipeline.recipes.recipe import Recipe, photo
from onpar.pipeline.recipes.user_code import as_user_message
from onpar.pipeline.weights.seeded import fill
from onpar.pipeline.weights.statistics import apply_statistics, measure_statistics, mixed_images

STATISTICS_SIZE = (400, 400)
"""Height and width for measuring statistics, independent of the export's size: one file serves
every size (the gates pass from 96×160 to 400×400)."""


def seed_model(model: nn.Module, recipe: Recipe, seed: int, cache: Path) -> None:
    """Fill the model with well-conditioned random weights. The statistics are the committed ones if
    they exist, else measured once, at STATISTICS_SIZE, with the auxiliary head, and stored in
    `cache`."""
    name = f"{recipe.model.recipe}-seeded{seed}.safetensors"
    path = next((p for p in (STATISTICS / name, cache / name) if p.exists()), None)
    if path is None:
        path = cache / name
        height, width = STATISTICS_SIZE
        options = replace(recipe.options, height=height, width=width, keep_aux=True)
        whole = load_recipe(options)
        with whole_file(path, follow_links=False) as temporary:
            save_file(statistics_of(whole, seed), temporary)
    fill(model, seed)
    apply_statistics(model, load_file(path))


def statistics_of(recipe: Recipe, seed: int) -> dict[str, Tensor]:
    """The statistics of the recipe's model filled from `seed`, over mixes of the photographs."""
    model = build_module(recipe)
    fill(model, seed)
    normalized = [step for step in recipe.model.steps if isinstance(step, Normalize)]
    if [len(step.mean) for step in normalized] != [3]:
        raise OnparError(
            f"--weights seeded:{seed}: {recipe.model.recipe} does not take one photo of three "
            "channels as floats, which its statistics would be measured on; use built, or the path "
            "of a state dict"
        )
    [by] = normalized
    photos = [decode(photo(path), path.name) for path in PHOTOGRAPHS]
    images = mixed_images(photos, by.mean, by.std, STATISTICS_SIZE)
    try:
        return measure_statistics(model, images)
    except OnparError:
        raise
    except Exception as error:  # The user's code may raise anything.
        said = as_user_message(error, Path(recipe.options.recipe))
        raise OnparError(
            f"--weights seeded:{seed}: the module of {recipe.model.recipe} fails on photos of "
            f"{recipe.options.size}, which its statistics are measured on: {said}; use built, or "
            "the path of a state dict"
        ) from error
