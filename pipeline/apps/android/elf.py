"""The page size that native libraries support, from their ELF headers."""

from __future__ import annotations

import struct

from onpar.pipeline.errors import OnparError

LOAD = 1
"""PT_LOAD: the type of a segment that is mapped into memory (elf.h)."""


def page_size(library: bytes, name: str) -> int:
    """The largest page size, in bytes, with which a system can load the library: the smallest
    alignment of its loaded segments. Only little-endian, as on every Android. Raises OnparError for
    another file.
    """
    if library[:4] != b"\x7fELF" or library[4] not in (1, 2) or library[5] != 1:
        raise OnparError(f"{name}: expected a little-endian ELF library; give another archive")
    wide = library[4] == 2
    # e_phoff; e_phentsize and e_phnum; then p_type and p_align of each program header.
    [table] = struct.unpack_from("<Q" if wide else "<I", library, 32 if wide else 28)
    size, count = struct.unpack_from("<HH", library, 54 if wide else 42)
    alignments: list[int] = []
    for start in range(table, table + size * count, size):
        [kind] = struct.unpack_from("<I", library, start)
        if kind == LOAD:
            form, offset = ("<Q", 48) if wide else ("<I", 28)
            alignments += struct.unpack_from(form, library, start + offset)
    if not alignments:
        raise OnparError(f"{name}: an ELF file without segments to load; give another archive")
    return min(alignments)
