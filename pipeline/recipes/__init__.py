"""The recipes, each a file with one line here, and recipes from the user's files."""

from __future__ import annotations

import os
import re
import sys
from contextlib import redirect_stdout
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import ModuleType

from onpar.parity.contract.model_check import other_sizes
from onpar.parity.contract.spec import RecipeOptions
from onpar.parity.files.regular_file import read_regular, why_not_regular
from onpar.parity.limits.limits import FILE_NAME
from onpar.pipeline.build_folder.code import code_of
from onpar.pipeline.errors import OnparError
from onpar.pipeline.jobs.loading import loading
from onpar.pipeline.paths import Build
from onpar.pipeline.recipes.recipe import Recipe
from onpar.pipeline.recipes.recipe_check import checked
from onpar.pipeline.recipes.sources import imported_files, imported_packages
from onpar.pipeline.recipes.user_code import as_user_message
from onpar.pipeline.recipes.user_imports import RECIPE_MODULE, user_imports

RECIPES = {
    "deeplabv3_resnet50": "onpar.pipeline.recipes.deeplabv3_resnet50",
    "deeplabv3_resnet101": "onpar.pipeline.recipes.deeplabv3_resnet101",
    "deeplabv3_mobilenet_v3_large": "onpar.pipeline.recipes.deeplabv3_mobilenet_v3_large",
    "selfie_segmentation": "onpar.pipeline.recipes.selfie_segmentation",
    "resnet18": "onpar.pipeline.recipes.resnet18",
    "mobilenet_v3_small": "onpar.pipeline.recipes.mobilenet_v3_small",
    "vit_tiny": "onpar.pipeline.recipes.vit_tiny",
}
"""By name of a recipe, the module whose `recipe(options)` makes it."""

CHAINS = "onpar.parity.contract.chains"


def modules_of(name: str) -> tuple[str, ...]:
    """The module of onpar's recipe; for a user's file, whose sources the recipe names, what it
    imports of onpar: the chains of steps."""
    return (RECIPES[name],) if name in RECIPES else (CHAINS,)


def recipe_code(recipe: Recipe, build: Build, *modules: str) -> str:
    """The hash of the code of `modules` and of the recipe: its module, or a user's sources and the
    versions of the packages that they import."""
    own = modules_of(recipe.model.recipe)
    packages = imported_packages(recipe.sources)
    return code_of(build).digest(*modules, *own, data=recipe.sources, packages=packages)


def check_recipe(name: str) -> None:
    """Raises OnparError if neither a recipe nor a file has the name that the user gives."""
    if name.endswith(".py"):
        path = Path(name)
        why = why_not_regular(path)
        if why:
            start = f"`onpar recipes --init {name}` writes a start"
            remedy = "name the .py file of a recipe" if os.path.lexists(path) else start
            raise OnparError(f"--recipe {name}: {why}; {remedy}")
        if not FILE_NAME.fits(path.stem):
            raise OnparError(
                f"--recipe {name!r}: artifacts are named after the file, expected "
                f"{FILE_NAME.expected}; "
                "rename the file"
            )
        if path.stem in RECIPES:
            raise OnparError(f"--recipe {name}: onpar has a recipe {path.stem!r}; rename the file")
    elif name not in RECIPES:
        known = ", ".join(RECIPES)
        raise OnparError(f"unknown recipe {name!r}; known: {known}, or the path of a .py file")


def load_recipe(options: RecipeOptions) -> Recipe:
    """The recipe that the options name. Raises OnparError if there is none of that name (a
    capture's artifact may be from another onpar), if the file does not make a valid one, and if it
    has another size. The name that a user gives is checked before, by `check_recipe`, so a missing
    file is a sidecar's.
    """
    if options.recipe.endswith(".py") and not Path(options.recipe).exists():
        raise OnparError(_moved(Path(options.recipe)))
    check_recipe(options.recipe)
    made = made_recipe(options)
    if not options.recipe.endswith(".py"):
        for _, size in other_sizes(made.model, options):
            raise OnparError(
                f"--size {options.size}: recipe {options.name} is made for {size} only; leave out "
                f"--size, or use --size {size}"
            )
        return made
    path = Path(options.recipe)
    made = checked(made, options)
    return replace(made, sources=(path, *imported_files(path), *made.sources))


def made_recipe(options: RecipeOptions) -> Recipe:
    """What the recipe's function makes of the options, unchecked. Raises OnparError if it fails, or
    does not make a Recipe."""
    if not options.recipe.endswith(".py"):
        recipe: Recipe = import_module(RECIPES[options.recipe]).recipe(options)
        return recipe
    path = Path(options.recipe)
    try:
        # The file's output must not get into `--json`. One thread at a time redirects it.
        with loading(path), user_imports(path), redirect_stdout(sys.stderr):
            made = _module(path).recipe(options)
    except OnparError:
        raise
    except (Exception, SystemExit) as error:  # The user's code may raise anything.
        raise OnparError(f"{path}: {as_user_message(error, path)}") from error
    if not isinstance(made, Recipe):
        given = "None (is a `return` missing?)" if made is None else type(made).__name__
        raise OnparError(f"{path}: recipe(options) gave {given}, expected an onpar.Recipe")
    return made


def _moved(path: Path) -> str:
    """The message for a recipe that an artifact's sidecar names and that is not found."""
    if path.is_absolute():
        return (
            f"the sidecar names the recipe {path}: no such file; put it back there, or export it "
            "again from where it is now"
        )
    return (
        f"the sidecar names the recipe {path}, which is relative to the folder where it was "
        "exported, and is not in this folder; run there, or export it again with the absolute path "
        "of the recipe"
    )


def _module(path: Path) -> ModuleType:
    """The file as a module.

    It is compiled again: Python's cache would use the old code for a file changed within a second.
    """
    # The name is used in TorchScript, where it must be an identifier.
    module = ModuleType(RECIPE_MODULE + re.sub(r"[^A-Za-z0-9]", "_", path.stem))
    module.__file__ = str(path)
    sys.modules[module.__name__] = module
    exec(compile(read_regular(path), str(path), "exec"), module.__dict__)
    if not callable(getattr(module, "recipe", None)):
        raise OnparError(
            f"{path}: has no function recipe(options); `onpar recipes --init my_recipe.py` writes "
            "a file that has one"
        )
    return module
