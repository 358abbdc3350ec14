"""Reads a JSON file that anyone may have written: UTF-8, of the expected types, or one sentence."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import msgspec

from parity.regular_file import TEXT_LIMIT, read_regular

T = TypeVar("T")


class JsonError(ValueError):
    """Why a file is not read, in one line that does not name the file."""


def read_json(path: Path, kind: type[T], limit: int = TEXT_LIMIT) -> T:
    """The content of a regular file of at most `limit` bytes. Raises JsonError."""
    try:
        content = read_regular(path, limit)
    except OSError as error:
        raise JsonError(error.strerror or str(error)) from error
    return decode_json(content, kind)


def decode_json(content: bytes, kind: type[T]) -> T:
    """The value of a JSON text. Raises JsonError."""
    try:
        content.decode("utf-8")
        return msgspec.json.decode(content, type=kind)
    except UnicodeDecodeError as error:
        raise JsonError(f"not UTF-8 at byte {error.start:,}") from error
    except RecursionError as error:
        raise JsonError("nested too deeply") from error
    except msgspec.MsgspecError as error:
        raise JsonError(" ".join(str(error).split())[:300]) from error
