"""ONNX with weights of 8 bits: each rounded weight as integers times scales, to the bit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import GraphProto, NodeProto, TensorProto, helper, numpy_helper

from onpar.exporters.quantization.held import LEVELS
from onpar.exporters.quantization.weights_alone import LEAST

WEIGHT = {"Conv": 1, "ConvTranspose": 1, "Gemm": 1, "MatMul": 1, "Gather": 0}
"""By operator, which input is a weight or a table."""

Stored = tuple[NDArray[np.int8], NDArray[np.float32]]


def compress(graph: GraphProto) -> None:
    """Store every weight whose channels have 255 levels as int8, and multiply it by its scales, so
    that the graph computes the same to the bit.

    The product is a Cast and a Mul, which onnxruntime computes once, when it loads the file.
    Measured on DeepLabV3 at 96×160: 6.6 ms a run, as in float32; by DequantizeLinear, which it
    computes in every run, 18.9 ms. And it fuses DequantizeLinear and MatMul to a MatMulNBits, which
    rounds the activations to 8 bits as well. A table stays integers until its rows are gathered.
    """
    held = {one.name: one for one in graph.initializer}
    found = dict[str, Stored | None]()
    nodes, floats = list[NodeProto](), set[str]()
    for node in graph.node:
        index = WEIGHT.get(node.op_type)
        name = node.input[index] if index is not None else ""
        if name in held and name not in found:
            found[name] = in_integers(numpy_helper.to_array(held[name]))
        stored = found.get(name)
        if not stored:
            nodes.append(node)
        elif node.op_type == "Gather":
            whole_rows = len(stored[1]) == len(stored[0]) and not _axis(node)
            nodes += _rows(node, name) if whole_rows else [node]
        else:
            nodes += [] if name in floats else _floats(name)
            floats.add(name)
            node.input[index] = f"{name}_floats"
            nodes.append(node)
    del graph.node[:]
    graph.node.extend(nodes)
    used = set(_used(graph))
    for name, stored in found.items():
        parts: dict[str, NDArray[Any]] = {}
        if stored:
            parts = {f"{name}_int8": stored[0], f"{name}_scale": stored[1]}
        graph.initializer.extend(
            numpy_helper.from_array(value, part) for part, value in parts.items() if part in used
        )
    kept = [one for one in graph.initializer if not found.get(one.name) or one.name in used]
    del graph.initializer[:]
    graph.initializer.extend(kept)


def in_integers(values: NDArray[np.generic]) -> Stored | None:
    """The integers and the scales of a rounded weight, of as many axes; None if it was not rounded,
    or is not exactly their product."""
    if values.dtype != np.float32 or values.size <= LEAST or values.ndim < 2:
        return None
    for axis in (0, 1):
        others = tuple(one for one in range(values.ndim) if one != axis)
        largest = np.abs(values).max(axis=others, keepdims=True)
        near = np.where(largest > 0, largest / np.float32(LEVELS), np.float32(1))
        scale, exact = near, np.zeros(near.shape, bool)
        # A division has rounded the scale: the right one is a float next to it.
        for one in (near, np.nextafter(near, np.float32(0)), np.nextafter(near, near + 1)):
            same = (np.rint(values / one) * one == values).all(axis=others, keepdims=True)
            scale, exact = np.where(exact, scale, one), exact | same
        if exact.all():
            return np.rint(values / scale).astype(np.int8), scale
    return None


def _floats(name: str) -> list[NodeProto]:
    """What makes its values."""
    cast = helper.make_node("Cast", [f"{name}_int8"], [f"{name}_whole"], to=TensorProto.FLOAT)
    return [cast, helper.make_node("Mul", [f"{name}_whole", f"{name}_scale"], [f"{name}_floats"])]


def _rows(gather: NodeProto, name: str) -> list[NodeProto]:
    """What makes rows of a table, each of which has a scale."""
    indices, [made] = gather.input[1], gather.output
    return [
        helper.make_node("Gather", [f"{name}_int8", indices], [f"{made}_int8"]),
        helper.make_node("Gather", [f"{name}_scale", indices], [f"{made}_scale"]),
        helper.make_node("Cast", [f"{made}_int8"], [f"{made}_whole"], to=TensorProto.FLOAT),
        helper.make_node("Mul", [f"{made}_whole", f"{made}_scale"], [made], name=gather.name),
    ]


def _axis(node: NodeProto) -> int:
    return next((one.i for one in node.attribute if one.name == "axis"), 0)


def _used(graph: GraphProto) -> Iterator[str]:
    """The names of what its nodes take, and those in their bodies."""
    for node in graph.node:
        yield from node.input
        for one in node.attribute:
            if one.HasField("g"):
                yield from _used(one.g)
