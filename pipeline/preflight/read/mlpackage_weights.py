"""Checks that the weights files of an `.mlpackage` have the weights that its program refers to.

A weight has a header of 64 bytes at the offset in the program: 0xDEADBEEF and its item type in 4
bytes each, its size and its offset in the file in 8 each (coremltools,
mlmodel/src/MILBlob/Blob/StorageFormat.hpp).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from onpar.pipeline.preflight.read.contents import unreadable
from onpar.pipeline.preflight.read.flat import mapped

MODEL_PATH_PREFIX = "@model_path/"
"""The prefix of a weights file's name: the folder of the model file."""

SENTINEL = 0xDEADBEEF
BLOB_HEADER = struct.Struct("<IIQQ")

Blobs = dict[str, set[int]]
"""By file, the offsets that a program refers to."""


def blobs(block: Any) -> Iterator[tuple[str, int]]:
    """The file and offset of every weight in a block of a program, including nested blocks."""
    for operation in block.operations:
        for value in operation.attributes.values():
            if value.WhichOneof("value") == "blobFileValue":
                yield value.blobFileValue.fileName, value.blobFileValue.offset
        for inner in operation.blocks:
            yield from blobs(inner)


def check(package: Path, model: Path, referred: Iterable[tuple[str, int]]) -> None:
    """Raises OnparError if a file is missing, or ends before a weight does."""
    by_file: Blobs = {}
    for name, offset in referred:
        by_file.setdefault(name, set()).add(offset)
    for name, offsets in by_file.items():
        below = PurePosixPath(name.removeprefix(MODEL_PATH_PREFIX))
        file = model.parent / below
        if below.is_absolute() or ".." in below.parts or not file.is_file():
            raise unreadable(package, f"its program's weights are in {below}, which is missing")
        content = mapped(file) if file.stat().st_size else memoryview(b"")
        for offset in offsets:
            if not _whole(content, offset):
                raise unreadable(
                    package,
                    f"its {below} of {len(content):,} bytes has no complete weight at byte "
                    f"{offset:,}, to which its program refers",
                )


def _whole(content: memoryview, offset: int) -> bool:
    if offset + BLOB_HEADER.size > len(content):
        return False
    sentinel, _, size, place = BLOB_HEADER.unpack_from(content, offset)
    return bool(sentinel == SENTINEL and place + size <= len(content))
