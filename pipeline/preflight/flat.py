"""FlatBuffers read as untrusted: every offset is checked against the file's end.

The layout: a table begins with the offset back to its vtable, which has the offset of each field
or 0 (https://flatbuffers.dev/internals). Fields are counted from 0, in the schema's order.
"""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass
from pathlib import Path

MOST = 1_000_000
"""Items of a list: no model has as many operators."""


class FlatError(ValueError):
    """An offset that leads out of the file."""


def mapped(path: Path) -> memoryview:
    """The file's bytes, of which only those that are looked at are read; they are let go with the
    last view of them. Raises ValueError for an empty file."""
    with path.open("rb") as file:
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def number(content: memoryview, at: int, form: str) -> int:
    """A little-endian number of `struct`'s form at a byte. Raises FlatError."""
    if at < 0 or at + struct.calcsize(form) > len(content):
        raise FlatError(f"an offset leads to byte {at}, beyond the file's {len(content)}")
    return int(struct.unpack_from(f"<{form}", content, at)[0])


@dataclass(frozen=True)
class Table:
    """A table within a file."""

    content: memoryview
    at: int

    def _field(self, index: int) -> int:
        """Where the field begins; 0 where it is absent."""
        vtable = self.at - number(self.content, self.at, "i")
        slot = 4 + 2 * index
        if slot + 2 > number(self.content, vtable, "H"):
            return 0
        offset = number(self.content, vtable + slot, "H")
        return self.at + offset if offset else 0

    def scalar(self, index: int, form: str) -> int:
        """A number; 0 where it is absent."""
        at = self._field(index)
        return number(self.content, at, form) if at else 0

    def table(self, index: int) -> Table | None:
        """A table; None where it is absent."""
        at = self._field(index)
        return Table(self.content, at + number(self.content, at, "I")) if at else None

    def text(self, index: int) -> str:
        """A string; empty where it is absent."""
        at = self._field(index)
        return _text(self.content, at + number(self.content, at, "I")) if at else ""

    def tables(self, index: int) -> list[Table]:
        """A vector of tables."""
        return [Table(self.content, at) for at in self._referred(index)]

    def texts(self, index: int) -> list[str]:
        """A vector of strings."""
        return [_text(self.content, at) for at in self._referred(index)]

    def _referred(self, index: int) -> list[int]:
        field = self._field(index)
        if not field:
            return []
        vector = field + number(self.content, field, "I")
        count = number(self.content, vector, "I")
        if count > MOST or vector + 4 + 4 * count > len(self.content):
            raise FlatError(
                f"a list of {count:,} at byte {vector} is none of a model, or ends beyond the file"
            )
        places = range(vector + 4, vector + 4 + 4 * count, 4)
        return [at + number(self.content, at, "I") for at in places]


def root(content: memoryview, identifier: bytes) -> Table:
    """The root table of a file with this identifier of 4 bytes. Raises FlatError."""
    found = bytes(content[4:8])
    if found != identifier:
        raise FlatError(f"its identifier is {found!r}, expected {identifier!r}")
    return Table(content, number(content, 0, "I"))


def _text(content: memoryview, at: int) -> str:
    length = number(content, at, "I")
    if at + 4 + length > len(content):
        raise FlatError(f"a text of {length:,} bytes at byte {at} ends beyond the file")
    return bytes(content[at + 4 : at + 4 + length]).decode("utf-8", "replace")
