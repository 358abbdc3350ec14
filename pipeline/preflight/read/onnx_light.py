"""Reads an ONNX file without its weights, which saves their time and memory.

In protocol buffers' wire format, a field is a varint of its number and wire type, then a varint
(0), 8 bytes (1), a length and as many bytes (2), or 4 bytes (5)
(https://protobuf.dev/programming-guides/encoding).
"""

from __future__ import annotations

from collections.abc import Iterator

MAX_KEPT_BYTES = 1024
"""The maximum size, in bytes, of a tensor that is kept: a shape or an axis, which later types
depend on."""

MODEL_GRAPH, GRAPH_INITIALIZER = 7, 5
TENSOR_NAME, TENSOR_TYPE, TENSOR_DIMS = 8, 2, 1
"""Field numbers in onnx.proto."""

Field = tuple[int, int, int, int]
"""A field's number, its start, the start of its content, and its end."""


def without_weights(content: memoryview) -> bytes:
    """The same ModelProto, with only the name, type and shape of large initializers. Raises
    ValueError if the bytes are not a complete message."""
    parts: list[bytes] = []
    for number, start, inside, end in fields(content):
        if number == MODEL_GRAPH:
            graph = b"".join(_graph(content[inside:end]))
            parts += [_tag(MODEL_GRAPH), _varint(len(graph)), graph]
        else:
            parts.append(bytes(content[start:end]))
    return b"".join(parts)


def _graph(content: memoryview) -> Iterator[bytes]:
    for number, start, inside, end in fields(content):
        if number != GRAPH_INITIALIZER or end - inside <= MAX_KEPT_BYTES:
            yield bytes(content[start:end])
            continue
        tensor = content[inside:end]
        kept = b"".join(
            bytes(tensor[first:last])
            for number, first, _, last in fields(tensor)
            if number in (TENSOR_NAME, TENSOR_TYPE, TENSOR_DIMS)
        )
        yield _tag(GRAPH_INITIALIZER) + _varint(len(kept)) + kept


def fields(content: memoryview) -> Iterator[Field]:
    """The fields of a message, in their order. Raises ValueError."""
    at, size = 0, len(content)
    while at < size:
        start = at
        key, at = _read_varint(content, at)
        inside = at
        if key & 7 == 0:
            _, at = _read_varint(content, at)
        elif key & 7 == 1:
            at += 8
        elif key & 7 == 2:
            length, inside = _read_varint(content, at)
            at = inside + length
        elif key & 7 == 5:
            at += 4
        else:
            raise ValueError(f"wire type {key & 7} at byte {start}")
        if at > size:
            raise ValueError(f"a field at byte {start} ends beyond the file")
        yield key >> 3, start, inside, at


def _read_varint(content: memoryview, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(content):
            raise ValueError(f"it ends at byte {at}, within a number")
        byte = content[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
    raise ValueError(f"no number at byte {at}")


def _tag(number: int) -> bytes:
    return _varint(number << 3 | 2)


def _varint(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
