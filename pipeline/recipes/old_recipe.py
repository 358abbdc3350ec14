"""What to change in a recipe of an older onpar: everything at once, as far as its file shows."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import onpar

MOVED = {"parity", "parity.spec", "parity.tolerance", "pipeline", "pipeline.recipe"}
"""Module names that recipes imported in old versions of onpar."""

STEPS_NOW = {
    "ImagePrep": ("prep", "photo"),
    "ClassMap": ("classmap", "class_map"),
}
"""What recipes imported from onpar, and gave to ModelSpec by a name, before a model was a chain of
steps; and the function that makes those steps of the same arguments."""


def is_old(said: str) -> bool:
    """Whether Python's message names one of these."""
    return any(f"'{name}'" in said for old, (key, _) in STEPS_NOW.items() for name in (old, key))


def edits(recipe: Path) -> str:
    """The import and the steps to write instead, and what to drop."""
    tree = ast.parse(recipe.read_bytes())
    imported, called = set(_imported(tree)), _called(tree)
    kept = {name for name in imported if name in onpar.__all__}
    kept |= {STEPS_NOW[name][1] for name in called}
    names = ", ".join(sorted(kept, key=_as_ruff)) or "Recipe, ModelSpec, …"
    said = [f"`from onpar import {names}`"]
    if called:
        old = " and ".join(f"{STEPS_NOW[name][0]}={name}(…)" for name in called)
        steps = ", ".join(
            "*photo(…)" if name == "ImagePrep" else f"{STEPS_NOW[name][1]}(…)" for name in called
        )
        comma = "," if len(called) == 1 else ""
        said.append(f"write steps=({steps}{comma}), with the same arguments, instead of {old}")
    unused = sorted(imported & STEPS_NOW.keys() - set(called))
    if unused:
        said.append(f"drop {', '.join(unused)}, which it does not call, from the import")
    return "; ".join(said)


def _as_ruff(name: str) -> tuple[bool, bool, str]:
    return not name.isupper(), name[:1].islower(), name


def _imported(tree: ast.Module) -> Iterator[str]:
    """The names that it imports from onpar, under its names of any version."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module in {"onpar", *MOVED}:
            yield from (one.name for one in node.names)


def _called(tree: ast.Module) -> list[str]:
    """Which of STEPS_NOW it calls, or gives what it should call by the old argument's name."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    names = {call.func.id for call in calls if isinstance(call.func, ast.Name)}
    keys = {one.arg for call in calls for one in call.keywords}
    return [name for name, (key, _) in STEPS_NOW.items() if name in names or key in keys]
