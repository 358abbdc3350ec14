"""Reads an untrusted JSON file: UTF-8, of the expected types, or an error of one sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from onpar.parity.files.regular_file import TEXT_LIMIT, read_regular
from onpar.parity.limits.limits import MAX_NUMBER_LENGTH

T = TypeVar("T")


class JsonError(ValueError):
    """Why a file is refused, in one line without the file's name."""


def read_json(path: Path, kind: type[T], limit: int = TEXT_LIMIT) -> T:
    """The content of a regular file of at most `limit` bytes. Raises JsonError."""
    try:
        content = read_regular(path, limit)
    except OSError as error:
        raise JsonError(error.strerror or str(error)) from error
    return decode_json(content, kind)


def decode_json(content: bytes, kind: type[T], max_depth: int | None = None) -> T:
    """The value of a JSON text, whose lists and objects are nested at most `max_depth` deep. What
    `kind` does not have is checked too, and then ignored. Raises JsonError."""
    refused = None
    try:
        value = json.loads(
            content.decode("utf-8"),
            object_pairs_hook=no_key_twice,
            parse_int=_whole,
            parse_float=_real,
        )
        if max_depth is not None and _depth(value) > max_depth:
            raise JsonError(f"nested too deeply: more than {max_depth} lists and objects")
    except UnicodeDecodeError as error:
        raise JsonError(f"not UTF-8 at byte {error.start:,}") from error
    except RecursionError as error:
        raise JsonError("nested too deeply") from error
    except JsonError:
        raise
    except ValueError as error:
        refused = error  # msgspec's message is better.
    try:
        decoded = msgspec.json.decode(content, type=kind)
    except RecursionError as error:
        raise JsonError("nested too deeply") from error
    except msgspec.MsgspecError as error:
        raise JsonError(" ".join(str(error).split())[:300]) from error
    if refused:
        raise JsonError(" ".join(str(refused).split())[:300]) from refused
    return decoded


SHORT = 300
"""Digits of an integer that every double holds: the largest double has 309."""


def _whole(digits: str) -> int:
    if len(digits) > SHORT:
        _real(digits)
    return int(digits)


def _real(digits: str) -> float:
    """A number that a double holds. Readers differ in what they make of others: infinity, an
    integer of any length, an error."""
    if len(digits) > MAX_NUMBER_LENGTH:
        raise JsonError(f"a number has {len(digits):,} characters, at most {MAX_NUMBER_LENGTH:,}")
    value = float(digits)
    if value - value:  # infinity minus itself is not 0
        raise JsonError(f"the number {digits[:40]} is out of the range of a double")
    return value


def _depth(value: Any) -> int:
    """How deep lists and objects are nested."""
    depth, level = 0, [value]
    while level := [one for one in level if isinstance(one, dict | list)]:
        depth += 1
        level = [
            inner for one in level for inner in (one.values() if isinstance(one, dict) else one)
        ]
    return depth


def no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object, for `object_pairs_hook`. Raises JsonError for a duplicate key: readers differ
    in which value they take."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise JsonError(f"has the key {key[:80]!r} twice")
        found[key] = value
    return found
