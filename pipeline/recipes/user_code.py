"""Errors in the user's code as messages, with the user's line at fault."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from onpar.exporters.errors import first_line
from onpar.pipeline.recipes.old_recipe import MOVED, edits, is_old
from onpar.pipeline.recipes.user_imports import is_users

if TYPE_CHECKING:
    from onpar.exporters.tracing.where_failed import At

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
        said += f"; recipes import from onpar now: {edits(recipe)}"
    elif isinstance(error, ModuleNotFoundError):
        said += f"; install it where onpar runs: {sys.executable} -m pip install {error.name}"
    elif said.startswith(("ImportError: ", "TypeError: ModelSpec.__init__() ")):
        said += f"; {edits(recipe)}" if is_old(said) else ""
    line = user_line(traceback.extract_tb(error.__traceback__), recipe)
    return f"{line}: {said}" if line else said


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
