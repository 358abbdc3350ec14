"""Reads the table of limits."""

from __future__ import annotations

import re
from dataclasses import dataclass

from onpar.parity.files.json_file import read_json
from onpar.pipeline.paths import ROOT

PATH = ROOT / "parity" / "limits" / "limits.json"

HEAD = "Written by `make limits` from parity/limits/limits.json; edit that file."

RULE = re.compile(r"(\[(?:[^\]\\]|\\.)+\])(\[(?:[^\]\\]|\\.)+\])\*")
"""The only supported form of a pattern: C++ gets the characters, not a regular expression."""


@dataclass(frozen=True)
class Number:
    """A limit."""

    value: int | float
    why: str


@dataclass(frozen=True)
class Name:
    """A rule for names: the fields of `onpar.parity.limits.name_rule.NameRule`, and the
    reason."""

    pattern: str
    min_bytes: int
    max_bytes: int
    expected: str
    why: str

    def __post_init__(self) -> None:
        if not RULE.fullmatch(self.pattern):
            raise ValueError(f"pattern is {self.pattern}, expected two classes: [first][rest]*")

    def characters(self) -> tuple[str, str]:
        """The ASCII characters allowed first, and those allowed after it."""
        [(first, rest)] = RULE.findall(self.pattern)
        ascii_only = [chr(code) for code in range(128)]
        allowed = ("".join(c for c in ascii_only if re.match(one, c)) for one in (first, rest))
        return next(allowed), next(allowed)

    @property
    def beyond_ascii(self) -> bool:
        """Whether all other characters are allowed."""
        return bool(re.fullmatch(self.pattern, "é"))


@dataclass(frozen=True)
class Choice:
    """The values that a field may have."""

    values: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class OtherFormat:
    """A file format that onpar does not read: the bytes that identify it, and their offset."""

    at: int
    magic: str
    name: str


@dataclass(frozen=True)
class Table:
    """The content of the file, in its order."""

    about: str
    numbers: dict[str, Number]
    names: dict[str, Name]
    choices: dict[str, Choice]
    other_formats: tuple[OtherFormat, ...]


def read_table() -> Table:
    """The table of this checkout. Raises JsonError if it cannot be read."""
    return read_json(PATH, Table)
