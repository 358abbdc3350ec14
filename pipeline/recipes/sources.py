"""The Python files in a recipe's folder that it is made from: a change exports it again."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from onpar.pipeline.recipes.user_code import is_users


def neighbours(recipe: Path) -> tuple[Path, ...]:
    """The Python files in the recipe's folder and below that it imports, also inside functions, and
    those that they import, by path. Imports from elsewhere are ignored."""
    folder = recipe.resolve().parent
    found, waiting = set[Path](), [recipe.resolve()]
    while waiting:
        file = waiting.pop()
        for imported in _imported(file, folder):
            known = imported in found or imported == recipe.resolve()
            if not known and is_users(imported, recipe):
                found.add(imported)
                waiting.append(imported)
    return tuple(sorted(found))


def _imported(file: Path, folder: Path) -> Iterator[Path]:
    try:
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return  # Running it reports what is wrong with it.
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _files(folder, alias.name.split("."))
        elif isinstance(node, ast.ImportFrom):
            if node.level > len(file.parents):
                continue
            start = file.parents[node.level - 1] if node.level else folder
            parts = node.module.split(".") if node.module else []
            yield from _files(start, parts)
            for alias in node.names:
                yield from _files(start, [*parts, alias.name])


def _files(start: Path, parts: list[str]) -> Iterator[Path]:
    """The module's file, and the `__init__.py` of its packages."""
    for count in range(1, len(parts) + 1):
        path = start.joinpath(*parts[:count])
        for file in (path.with_name(path.name + ".py"), path / "__init__.py"):
            if file.is_file():
                yield file
