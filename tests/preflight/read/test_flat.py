"""FlatBuffers whose offsets all lead to one place are refused before they cost time or memory."""

from __future__ import annotations

import struct
import tracemalloc
from pathlib import Path

import pytest
from refusing import refused

from onpar.pipeline.preflight.read import read
from onpar.pipeline.preflight.read.flat import MAX_STRING_LENGTH, MAX_TABLES


class Flat:
    """A file that is written from its beginning to its end; offsets are filled in later."""

    def __init__(self, identifier: bytes) -> None:
        self.content = bytearray(struct.pack("<I4s", 0, identifier))

    def table(self, fields: int, present: list[int]) -> int:
        """A table with these fields of 4 bytes each; where it begins."""
        vtable = self._aligned()
        self.content += struct.pack("<HH", 4 + 2 * fields, 4 + 4 * fields)
        for index in range(fields):
            self.content += struct.pack("<H", 4 + 4 * index if index in present else 0)
        at = self._aligned()
        self.content += struct.pack("<i", at - vtable) + bytes(4 * fields)
        return at

    def text(self, length: int) -> int:
        at = self._aligned()
        self.content += struct.pack("<I", length) + b"x" * length + b"\0"
        return at

    def many(self, count: int) -> int:
        """A list, whose items are to be linked."""
        at = self._aligned()
        self.content += struct.pack("<I", count) + bytes(4 * count)
        return at

    def link(self, at: int, to: int) -> None:
        struct.pack_into("<I", self.content, at, to - at)

    def _aligned(self) -> int:
        self.content += bytes(-len(self.content) % 4)
        return len(self.content)


def program(count: int, length: int) -> bytes:
    """A `.pte` whose plan has `count` times one delegate, whose name has this length."""
    flat = Flat(b"ET12")
    root = flat.table(2, [1])
    flat.link(0, root)
    plan_list = flat.many(1)
    flat.link(root + 8, plan_list)
    plan = flat.table(8, [7])
    flat.link(plan_list + 4, plan)
    delegate_list = flat.many(count)
    flat.link(plan + 4 + 28, delegate_list)
    delegate = flat.table(1, [0])
    for place in range(delegate_list + 4, delegate_list + 4 + 4 * count, 4):
        flat.link(place, delegate)
    flat.link(delegate + 4, flat.text(length))
    return bytes(flat.content)


def graph(count: int, length: int) -> bytes:
    """An `.ort` with a Relu that has `count` times one input, whose name has this length."""
    flat = Flat(b"ORTM")
    session = flat.table(2, [0, 1])
    flat.link(0, session)
    version = flat.text(1)
    flat.content[version + 4 : version + 5] = b"6"
    flat.link(session + 4, version)
    model = flat.table(8, [7])
    flat.link(session + 8, model)
    inner = flat.table(3, [2])
    flat.link(model + 4 + 28, inner)
    nodes = flat.many(1)
    flat.link(inner + 4 + 8, nodes)
    node = flat.table(9, [5, 8])
    flat.link(nodes + 4, node)
    flat.link(node + 4 + 20, flat.text(4))
    inputs = flat.many(count)
    flat.link(node + 4 + 32, inputs)
    name = flat.text(length)
    for place in range(inputs + 4, inputs + 4 + 4 * count, 4):
        flat.link(place, name)
    return bytes(flat.content)


MADE = {".pte": program, ".ort": graph}


@pytest.mark.parametrize("suffix", MADE)
@pytest.mark.parametrize(
    ("count", "length"),
    [
        (3_000, 1_000_000),
        (20_000, MAX_STRING_LENGTH),
        (MAX_TABLES + 1, 1),
        (5, MAX_STRING_LENGTH + 1),
    ],
)
def test_one_text_that_is_referred_to_many_times_is_refused(
    tmp_path: Path, suffix: str, count: int, length: int
) -> None:
    path = tmp_path / f"model{suffix}"
    path.write_bytes(MADE[suffix](count, length))
    tracemalloc.start()
    refused(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100 << 20


@pytest.mark.parametrize("suffix", MADE)
def test_what_is_within_the_limits_is_read(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"model{suffix}"
    path.write_bytes(MADE[suffix](50, 60))
    contents = read(path)
    assert contents.delegates == ({"x" * 60: 50} if suffix == ".pte" else {})
    assert [use.name for use in contents.uses] == ([] if suffix == ".pte" else ["ai.onnx::xxxx"])
