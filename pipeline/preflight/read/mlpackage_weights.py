"""The weights' files of an `.mlpackage`: whether they hold what its program refers to.

A weight is described by 64 bytes at the offset that the program gives: 0xDEADBEEF and its item type
in 4 bytes each, its size and its place in the file in 8 each (coremltools,
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
"""What a file's name begins with: the folder that the model's own file is in."""

SENTINEL = 0xDEADBEEF
BLOB_HEADER = struct.Struct("<IIQQ")

Blobs = dict[str, set[int]]
"""By file the offsets that a program refers to."""


def blobs(block: Any) -> Iterator[tuple[str, int]]:
    """The file and offset of every weight in a block of a program, and in those within it."""
    for operation in block.operations:
        for value in operation.attributes.values():
            if value.WhichOneof("value") == "blobFileValue":
                yield value.blobFileValue.fileName, value.blobFileValue.offset
        for inner in operation.blocks:
            yield from blobs(inner)


def check(package: Path, model: Path, referred: Iterable[tuple[str, int]]) -> None:
    """Raises OnparError where a file is missing, or ends before a weight does."""
    by_file: Blobs = {}
    for name, offset in referred:
        by_file.setdefault(name, set()).add(offset)
    for name, offsets in by_file.items():
        below = PurePosixPath(name.removeprefix(MODEL_PATH_PREFIX))
        file = model.parent / below
        if below.is_absolute() or ".." in below.parts or not file.is_file():
            raise unreadable(
                package, f"its program's weights are in {below}, which it does not have"
            )
        content = mapped(file) if file.stat().st_size else memoryview(b"")
        for offset in offsets:
            if not _whole(content, offset):
                raise unreadable(
                    package,
                    f"its {below} of {len(content):,} bytes has no whole weight at byte "
                    f"{offset:,}, to which its program refers",
                )


def _whole(content: memoryview, offset: int) -> bool:
    if offset + BLOB_HEADER.size > len(content):
        return False
    sentinel, _, size, place = BLOB_HEADER.unpack_from(content, offset)
    return bool(sentinel == SENTINEL and place + size <= len(content))
