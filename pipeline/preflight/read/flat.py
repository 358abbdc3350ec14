"""Reads untrusted FlatBuffers: every offset is checked against the file's end.

A table begins with the offset back to its vtable, which has the offset of each field, or 0
(https://flatbuffers.dev/internals). Fields are counted from 0, in the schema's order.
"""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass
from pathlib import Path

MAX_TABLES = 300_000
"""The limit for what is read in a file: each item of a list, and each 64 bytes of text, count as
one. A small file can refer to a large text, or to a table, any number of times."""

MAX_STRING_LENGTH = 64 << 10
"""The maximum size of a text, in bytes; texts are names."""


class FlatError(ValueError):
    """An offset beyond the file, or more content than a model has."""


@dataclass
class Looked:
    """How much of a file was read, by all its tables together."""

    count: int = 0

    def add(self, count: int) -> None:
        """Raises FlatError if that is too much."""
        self.count += count
        if self.count > MAX_TABLES:
            raise FlatError(f"its lists and texts refer to more than {MAX_TABLES:,} things")


def mapped(path: Path) -> memoryview:
    """The file's bytes, mapped: only accessed bytes are read, and they are released with the last
    view. Raises ValueError for an empty file."""
    with path.open("rb") as file:
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def number(content: memoryview, at: int, form: str) -> int:
    """A little-endian number in `struct`'s form at a byte. Raises FlatError."""
    if at < 0 or at + struct.calcsize(form) > len(content):
        raise FlatError(f"an offset leads to byte {at}, beyond the file's {len(content)}")
    return int(struct.unpack_from(f"<{form}", content, at)[0])


@dataclass(frozen=True)
class Table:
    """A table in a file."""

    content: memoryview
    at: int
    looked: Looked

    def _field(self, index: int) -> int:
        """Where the field begins; 0 if it is missing."""
        vtable = self.at - number(self.content, self.at, "i")
        slot = 4 + 2 * index
        if slot + 2 > number(self.content, vtable, "H"):
            return 0
        offset = number(self.content, vtable + slot, "H")
        return self.at + offset if offset else 0

    def scalar(self, index: int, form: str) -> int:
        """A number; 0 if it is missing."""
        at = self._field(index)
        return number(self.content, at, form) if at else 0

    def table(self, index: int) -> Table | None:
        """A table; None if it is missing."""
        at = self._field(index)
        return self._at(at + number(self.content, at, "I")) if at else None

    def text(self, index: int) -> str:
        """A string; empty if it is missing."""
        at = self._field(index)
        return self._text(at + number(self.content, at, "I")) if at else ""

    def tables(self, index: int) -> list[Table]:
        """A vector of tables."""
        return [self._at(at) for at in self._referred(index)]

    def texts(self, index: int) -> list[str]:
        """A vector of strings."""
        return [self._text(at) for at in self._referred(index)]

    def _referred(self, index: int) -> list[int]:
        field = self._field(index)
        if not field:
            return []
        vector = field + number(self.content, field, "I")
        count = number(self.content, vector, "I")
        if vector + 4 + 4 * count > len(self.content):
            raise FlatError(f"a list of {count:,} at byte {vector} ends beyond the file")
        self.looked.add(count)
        places = range(vector + 4, vector + 4 + 4 * count, 4)
        return [at + number(self.content, at, "I") for at in places]

    def _at(self, at: int) -> Table:
        return Table(self.content, at, self.looked)

    def _text(self, at: int) -> str:
        length = number(self.content, at, "I")
        if length > MAX_STRING_LENGTH or at + 4 + length > len(self.content):
            raise FlatError(f"a text of {length:,} bytes at byte {at} is not a name, or is cut off")
        self.looked.add(length // 64)
        return bytes(self.content[at + 4 : at + 4 + length]).decode("utf-8", "replace")


def root(content: memoryview, identifier: bytes) -> Table:
    """The root table of a file with this identifier of 4 bytes. Raises FlatError."""
    found = bytes(content[4:8])
    if found != identifier:
        raise FlatError(f"its identifier is {found!r}, expected {identifier!r}")
    return Table(content, number(content, 0, "I"), Looked())
