"""Item types of an ONNX graph's values, as onnxruntime's tables name them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import onnx

NAMES = {number: name.lower() for name, number in onnx.TensorProto.DataType.items() if number}
"""`float` for 1, and so on."""

SEQUENCES = {f"seq(tensor({name}))": number for number, name in NAMES.items()}
"""The name of a sequence of tensors."""

NUMBERS = {name: number for number, name in NAMES.items()}


def item_types(graph: onnx.GraphProto) -> Iterator[tuple[str, str]]:
    """Each value's name and item type: `float`, `seq(tensor(float))`; empty if unknown."""
    for tensor in graph.initializer:
        yield tensor.name, NAMES.get(tensor.data_type, "")
    values: Iterable[onnx.ValueInfoProto] = (*graph.input, *graph.output, *graph.value_info)
    for value in values:
        kind = value.type.WhichOneof("value")
        if kind == "tensor_type":
            yield value.name, NAMES.get(value.type.tensor_type.elem_type, "")
        elif kind == "sequence_type":
            name = NAMES.get(value.type.sequence_type.elem_type.tensor_type.elem_type, "")
            yield value.name, f"seq(tensor({name}))" if name else ""


def type_of(item: str) -> onnx.TypeProto:
    """The type with that item type, of any shape; an empty type for an empty name."""
    found = onnx.TypeProto()
    if item in SEQUENCES:
        found.sequence_type.elem_type.tensor_type.elem_type = SEQUENCES[item]
    elif item in NUMBERS:
        found.tensor_type.elem_type = NUMBERS[item]
    return found
