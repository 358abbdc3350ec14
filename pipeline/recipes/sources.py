"""What a user's recipe is made of: its Python files, and the packages that they import.

A changed file, or another version of a package, exports the recipe again. Imports are read from the
files, also those inside functions, and completed by what was imported when the recipe was loaded.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, packages_distributions, version
from importlib.util import find_spec
from pathlib import Path

from onpar.pipeline.build_folder.code import DISTRIBUTIONS
from onpar.pipeline.build_folder.keys import Stamp, file_stamp
from onpar.pipeline.recipes.user_imports import (
    RESERVED,
    imported_by,
    in_folder,
    is_installed,
    is_pythons_or_onpars,
    user_imports,
)

DYNAMIC = ("import_module", "__import__")
"""Functions that import the module that their argument names."""


def imported_files(recipe: Path) -> tuple[Path, ...]:
    """The Python files that a recipe imports, directly or not, by path: those of its folder, and
    those from elsewhere that belong to no installed package with a version. If a file computes the
    name of a module, all Python files of the recipe's folder count."""
    recipe = recipe.resolve()
    waiting = [recipe, *imported_by(recipe)]
    found = set(waiting)
    with user_imports(recipe):
        while waiting:
            for file in _imported(waiting.pop(), recipe.parent):
                if file not in found and not is_pythons_or_onpars(file):
                    found.add(file)
                    waiting.append(file)
    return tuple(sorted(found - {recipe}))


def imported_packages(sources: Sequence[Path]) -> set[str]:
    """The distributions of the installed packages that these files import."""
    files = [file for file in sources if file.suffix == ".py"]
    names = {name for file in files for name in _tops_of(file, file_stamp(file))}
    places = {name: _place(name) for name in sorted(names - sys.stdlib_module_names)}
    return {_distribution(n) for n, place in places.items() if place and is_installed(place)} - {""}


def _imported(file: Path, folder: Path) -> Iterator[Path]:
    tree = _parsed(file)
    for name in _dynamic(tree):
        if name is None:
            files = (one.resolve() for one in folder.rglob("*.py"))
            yield from (one for one in files if not is_installed(one))
        else:
            yield from _files(_start(name, folder), name.split("."))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _files(_start(alias.name, folder), alias.name.split("."))
        elif isinstance(node, ast.ImportFrom) and node.level <= len(file.parents):
            parts = node.module.split(".") if node.module else []
            start = file.parents[node.level - 1] if node.level else _start(parts[0], folder)
            yield from _files(start, parts)
            for alias in node.names:
                yield from _files(start, [*parts, alias.name])


def _start(name: str, folder: Path) -> Path | None:
    """The folder that the top-level module is imported from; None if it is installed with a
    version, or missing."""
    top = name.partition(".")[0]
    if not top or top in RESERVED:
        return None
    if in_folder(top, folder):
        return folder
    place = _place(top)
    if place is None or (is_installed(place) and _distribution(top)):
        return None
    return place.resolve().parent


def _files(start: Path | None, parts: list[str]) -> Iterator[Path]:
    """The module's file, and the `__init__.py` of its packages; of `*` all files of the package."""
    for count in range(1, len(parts) + 1) if start else ():
        assert start is not None
        path = start.joinpath(*parts[:count])
        if parts[count - 1] == "*":
            yield from (one.resolve() for one in path.parent.glob("*.py"))
            continue
        for file in (path.with_name(path.name + ".py"), path / "__init__.py"):
            if file.is_file():
                yield file.resolve()


def _dynamic(tree: ast.AST) -> Iterator[str | None]:
    """The modules that the code imports by name; None for a name that is computed."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in DYNAMIC:
            given = node.args[0] if node.args else None
            text = given.value if isinstance(given, ast.Constant) else None
            yield text if isinstance(text, str) and not text.startswith(".") else None


@cache
def _tops_of(file: Path, stamp: Stamp) -> frozenset[str]:
    """By stamp, as some sixty keys of a run have the same sources."""
    return frozenset(_tops(_parsed(file)))


def _tops(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]
    yield from (name.partition(".")[0] for name in _dynamic(tree) if name)


def _parsed(file: Path) -> ast.AST:
    try:
        return ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return ast.Module([], [])  # Running it reports what is wrong with it.


@cache
def _distribution(top: str) -> str:
    """The installed distribution that has the package; empty if none has it."""
    name = DISTRIBUTIONS.get(top, top)
    try:
        version(name)
        return name
    except PackageNotFoundError:
        return next(iter(_distributions().get(top, ())), "")


@cache
def _distributions() -> Mapping[str, list[str]]:
    return packages_distributions()


def _place(top: str) -> Path | None:
    """The file of a top-level module, or of a package's folder; None if there is none."""
    try:
        spec = find_spec(top)
    except (ImportError, ValueError, AttributeError):
        return None
    if spec is None:
        return None
    places = list(spec.submodule_search_locations or ())
    if spec.origin and Path(spec.origin).is_file():
        return Path(spec.origin).parent if places else Path(spec.origin)
    return Path(places[0]) if places else None
