"""Errors in the user's code as messages, with the user's line at fault."""

from __future__ import annotations

import ast
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import onpar
from onpar.exporters.errors import first_line
from onpar.pipeline.recipes.user_imports import is_users

if TYPE_CHECKING:
    from onpar.exporters.tracing.where_failed import At

MOVED = {"parity", "parity.spec", "parity.tolerance", "pipeline", "pipeline.recipe"}
"""Module names that recipes imported in old versions of onpar."""

STEPS_NOW = {
    "ImagePrep": ("prep", "photo"),
    "ClassMap": ("classmap", "class_map"),
}
"""What recipes imported from onpar, and gave to ModelSpec by a name, before a model was a chain of
steps; and the function that makes those steps of the same arguments."""

MAX_CODE_LENGTH = 90
"""The length of a source line in a message."""


def as_user_message(error: BaseException, recipe: Path) -> str:
    """`line 12: ValueError: ...`; `net.py line 3: ...` if the line is in another file of the
    recipe's folder; without a line if the traceback has no line of the user's."""
    said = f"{type(error).__name__}: {first_line(error)}"
    if isinstance(error, SyntaxError):
        return f"{_place(Path(error.filename or recipe), error.lineno or 1, recipe)}: {said}"
    if isinstance(error, SystemExit):
        said = (
            "it ends the program (sys.exit); put what runs as a script under "
            '`if __name__ == "__main__":`'
        )
    elif isinstance(error, ModuleNotFoundError) and error.name in MOVED:
        said += f"; recipes import from onpar now: {_edits(recipe)}"
    elif isinstance(error, ModuleNotFoundError):
        said += f"; install it where onpar runs: {sys.executable} -m pip install {error.name}"
    elif said.startswith(("ImportError: ", "TypeError: ModelSpec.__init__() ")):
        said += f"; {_edits(recipe)}" if _is_old(said) else ""
    line = user_line(traceback.extract_tb(error.__traceback__), recipe)
    return f"{line}: {said}" if line else said


def _is_old(said: str) -> bool:
    """Whether Python's message names one of these."""
    return any(f"'{name}'" in said for old, (key, _) in STEPS_NOW.items() for name in (old, key))


def _edits(recipe: Path) -> str:
    """All that makes a recipe of an older onpar one of today: the import and the steps to write
    instead, and what to drop."""
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


def as_converter_message(error: BaseException, recipe: Path) -> str:
    """A converter's error about the user's model, after the operator and the user's line, as far as
    the converter kept them."""
    # Imports PyTorch, which takes seconds and is not needed to read a recipe.
    from onpar.exporters.tracing.where_failed import where_failed

    cause = error
    while cause.__cause__:
        cause = cause.__cause__
    at = where_failed(error)
    own = user_line(traceback.extract_tb(cause.__traceback__), recipe)
    if own or not at.operator:
        return as_user_message(cause, recipe)
    return f"{place_of(at, recipe)}: {type(cause).__name__}: {first_line(cause)}"


def place_of(at: At, recipe: Path) -> str:
    """``operator aten.relu.default, line 18 (`F.relu(x)`)``; without a line if the operator does
    not come from a line of the user's."""
    said = f"operator {at.operator}"
    for frame in reversed(at.stack):
        file = Path(frame.filename).resolve()
        if is_users(file, recipe):
            code = (frame.line or "").removeprefix("return ")
            shown = code if len(code) <= MAX_CODE_LENGTH else f"{code[:MAX_CODE_LENGTH]} …"
            return f"{said}, {_place(file, frame.lineno, recipe)} (`{shown}`)"
    return said


def user_line(frames: traceback.StackSummary, recipe: Path) -> str:
    """`line 12` of the innermost frame in the user's code; empty if there is none."""
    for frame in reversed(frames):
        file = Path(frame.filename).resolve()
        # A frame of generated code, such as a dataclass's __init__, is in "<string>".
        if file.is_file() and is_users(file, recipe):
            return _place(file, frame.lineno, recipe)
    return ""


def _place(file: Path, line: int | None, recipe: Path) -> str:
    name = "" if file.resolve() == recipe.resolve() else f"{file.name} "
    return f"{name}line {line}"
