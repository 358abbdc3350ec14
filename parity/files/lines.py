"""The lines of a text."""

from __future__ import annotations

from io import StringIO


def lines_of(text: str) -> list[str]:
    """The lines without their ends, which are LF, CR LF or CR. `str.splitlines` also ends a line at
    characters that a name may have, such as U+0085 and U+2028."""
    return [line.removesuffix("\n") for line in StringIO(text, newline=None)]
