"""Which models an app can have inside it: the variants that its runtimes load, of a model of one
photo."""

from __future__ import annotations

from collections.abc import Sequence

from onpar.exporters import VARIANTS
from onpar.parity.contract.chain import only_image
from onpar.pipeline.errors import OnparError
from onpar.pipeline.recipes.recipe import Recipe


def chosen_for(formats: Sequence[str], named: Sequence[str], usual: Sequence[str]) -> list[str]:
    """The variants that are named, otherwise the usual ones, for an app that loads `formats`.

    Raises OnparError for a named variant that no runtime of the app loads.
    """
    for name in named:
        if VARIANTS[name].format not in formats:
            raise OnparError(
                f"--format {name}: no runtime of this app takes it; it takes {', '.join(formats)}"
            )
    return list(named) or [name for name in usual if VARIANTS[name].format in formats]


def check_model(recipe: Recipe) -> None:
    """Raises OnparError for a model whose inputs an app cannot provide."""
    model = recipe.model
    if only_image(model) is None:
        names = ", ".join(spec.name for spec in model.inputs)
        raise OnparError(
            f"{model.recipe} takes {names}; the app gives a model one photo and nothing else: "
            "capture it with `onpar capture`"
        )
