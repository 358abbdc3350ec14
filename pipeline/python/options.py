"""The names of the commands' options as arguments of the functions, and messages with them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

ARGUMENTS = {
    "--artifact": "artifact",
    "--build": "build",
    "--calibration": "calibration",
    "--float-layers": "float_layers",
    "--format": "formats",
    "--keep-aux": "keep_aux",
    "--max-drop": "max_drop",
    "--offline": "offline",
    "--recipe": "recipe",
    "--require": "require",
    "--runs": "runs",
    "--size": "size",
    "--target": "targets",
    "--threads": "threads",
    "--tolerances": "tolerances",
    "--weights": "weights",
}
"""The argument for each option."""

OPTION = rf"(?<![\w-])(?P<option>{'|'.join(ARGUMENTS)})(?![\w-])"
FIRST = re.compile(rf"{OPTION} (?P<value>.+?)(?=: )")
"""An option with its value in front of a message: `--recipe my file.py: no such file`."""

LATER = re.compile(rf"{OPTION}(?: (?P<value>'[^']*'|[A-Z]+\b|\S*[./]\S*$))?")
"""An option elsewhere, with a value that is quoted, a placeholder, or a path that is the end of the
message."""

_typed: ContextVar[bool] = ContextVar("options were typed", default=False)


@contextmanager
def typed() -> Iterator[None]:
    """A command calls the function: the user typed options, and messages keep them."""
    token = _typed.set(True)
    try:
        yield
    finally:
        _typed.reset(token)


def for_caller(message: str) -> str:
    """The message with arguments instead of options, unless a command is the caller. Commands in
    backticks stay as they are."""
    if _typed.get():
        return message
    first = FIRST.match(message)
    start = _argument(first) if first else ""
    rest = message[first.end() :] if first else message
    parts = re.split(r"(`[^`]*`)", rest)
    return start + "".join(one if one[:1] == "`" else LATER.sub(_argument, one) for one in parts)


def _argument(found: re.Match[str]) -> str:
    name, value = ARGUMENTS[found["option"]], found["value"]
    if value is None:
        return name
    quoted = value[0] in "'\"" or value.isupper()
    return f"{name}={value if quoted else repr(value)}"
