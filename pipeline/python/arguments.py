"""The arguments of a call, checked before anything starts: each mistake names its argument."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from numbers import Integral
from pathlib import Path
from typing import Any

from onpar.parity.contract.drop import PERCENT, is_percent
from onpar.parity.limits.limits import MAX_COUNT
from onpar.pipeline.errors import OnparError
from onpar.pipeline.weights.choice import parse_size

Paths = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]
Names = str | Iterable[str]

PLAIN = (str, bytes, int, float, type(None))
MOST = 60
"""Characters of an argument in a message."""


def wrong(what: str, given: object, expected: str) -> OnparError:
    """The error for an argument of the wrong type or value; shows the value if that is short, else
    its type."""
    items = given if isinstance(given, list | tuple) else (given,)
    shown = repr(given) if all(isinstance(one, PLAIN) for one in items) else ""
    if 0 < len(shown) <= MOST:
        return OnparError(f"{what}={shown}: expected {expected}")
    return OnparError(f"{what} is of type {type(given).__name__}: expected {expected}")


def text(what: str, given: Any, expected: str) -> str:
    """A name or a path as text. Raises OnparError for anything else."""
    try:
        found = os.fspath(given)
    except TypeError:
        raise wrong(what, given, expected) from None
    if not isinstance(found, str) or "\0" in found:
        raise wrong(what, given, expected)
    return found


def path(what: str, given: Any, expected: str) -> Path:
    """A path. Raises OnparError for anything else, and for empty text, which is not the current
    folder: it comes from a variable that is not set."""
    found = text(what, given, expected)
    if not found:
        raise wrong(what, given, expected)
    return Path(found)


def paths(what: str, given: Any, expected: str) -> tuple[Path, ...]:
    """One path, or several. Raises OnparError for anything else, and if there is none."""
    each = _each(what, given, os.PathLike, expected)
    try:
        return tuple(path(what, one, expected) for one in each)
    except OnparError:
        raise wrong(what, given, expected) from None


def names(what: str, given: Any, none: bool = False) -> tuple[str, ...]:
    """One name, or several; `none` allows an empty list, which otherwise raises OnparError as
    anything else does."""
    expected = "a name, or several in a list"
    found = _each(what, given, str, expected, none)
    if not all(isinstance(one, str) for one in found):
        raise wrong(what, given, expected)
    return found


def _each(
    what: str, given: Any, single: type, expected: str, none: bool = False
) -> tuple[Any, ...]:
    if isinstance(given, str | single):
        return (given,)
    if isinstance(given, bytes | Mapping) or not isinstance(given, Iterable):
        raise wrong(what, given, expected)
    found = tuple(given)
    if not found and not none:
        raise OnparError(
            f"{what}: the list is empty, so no {what} were given; None, the default, means all"
        )
    return found


def count(what: str, given: Any) -> int:
    """An integer from 0 to MAX_COUNT. Raises OnparError for anything else."""
    whole = isinstance(given, Integral) and not isinstance(given, bool)
    if not whole or not 0 <= given <= MAX_COUNT:
        raise wrong(what, given, f"an integer of at least 0 and at most {MAX_COUNT:,}")
    return int(given)


def percent(what: str, given: Any) -> float | None:
    """A number from 0 to 100, or None. Raises OnparError for anything else."""
    if given is not None and not is_percent(given):
        raise wrong(what, given, f"{PERCENT}, in percent")
    return None if given is None else float(given)


def flag(what: str, given: Any) -> bool:
    """True or False. Raises OnparError for anything else: text such as "no" would count as true."""
    if not isinstance(given, bool):
        raise wrong(what, given, "True or False")
    return given


def size(given: Any) -> str:
    """`HxW`. Raises OnparError for anything but that, or a pair of integers, 1 to 8192 each."""
    if isinstance(given, str):
        parse_size(given)
        return given
    if isinstance(given, list | tuple) and len(given) == 2:
        pair = "x".join(str(int(one)) if isinstance(one, Integral) else "" for one in given)
        try:
            parse_size(pair)
        except OnparError:
            pass
        else:
            return pair
    raise wrong("size", given, '(height, width) in pixels, 1 to 8192 each, or "HxW"')
