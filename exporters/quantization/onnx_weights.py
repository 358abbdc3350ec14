"""ONNX with weights of 8 bits: each rounded weight as integers and scales, to the bit."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from onnx import GraphProto, NodeProto, TensorProto, helper, numpy_helper

from onpar.exporters.quantization.held import LEVELS
from onpar.exporters.quantization.weights_alone import LEAST

WEIGHT = {"Conv": 1, "ConvTranspose": 1, "Gemm": 1, "MatMul": 1, "Gather": 0}
"""By operator, which input is a weight or a table."""

Stored = tuple[NDArray[np.int8], NDArray[np.float32], int]


def compress(graph: GraphProto) -> None:
    """Store every weight whose channels have 255 levels as int8, and dequantize it where it is
    used, so that the graph computes the same to the bit.

    A table stays integers until its rows are gathered: else onnxruntime would dequantize all of it
    in every run.
    """
    held = {one.name: one for one in graph.initializer}
    found = dict[str, Stored | None]()
    nodes, dequantized = list[NodeProto](), set[str]()
    for node in graph.node:
        index = WEIGHT.get(node.op_type)
        name = node.input[index] if index is not None else ""
        if name not in held:
            nodes.append(node)
            continue
        if name not in found:
            found[name] = in_integers(numpy_helper.to_array(held[name]))
        if (stored := found[name]) is None:
            nodes.append(node)
        elif node.op_type == "Gather":
            nodes += _rows(node, name) if stored[2] == 0 and not _axis(node) else [node]
        else:
            if name not in dequantized:
                nodes.append(_dequantized(name, stored[2]))
            dequantized.add(name)
            node.input[index] = f"{name}_dequantized"
            nodes.append(node)
    del graph.node[:]
    graph.node.extend(nodes)
    used = set(_used(graph))
    for name, stored in found.items():
        if stored:
            integers, scale, _ = stored
            graph.initializer.append(numpy_helper.from_array(integers, f"{name}_int8"))
            for shaped, said in ((scale, "scale"), (scale[:, None], "row_scale")):
                if f"{name}_{said}" in used:
                    graph.initializer.append(numpy_helper.from_array(shaped, f"{name}_{said}"))
    kept = [one for one in graph.initializer if not found.get(one.name) or one.name in used]
    del graph.initializer[:]
    graph.initializer.extend(kept)


def _used(graph: GraphProto) -> Iterator[str]:
    """The names of what its nodes take, and those in their bodies."""
    for node in graph.node:
        yield from node.input
        for one in node.attribute:
            if one.HasField("g"):
                yield from _used(one.g)


def in_integers(values: NDArray[np.generic]) -> Stored | None:
    """The integers, the scales and the axis of a rounded weight; None if it was not rounded, or is
    not exactly their product."""
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
            return np.rint(values / scale).astype(np.int8), scale.reshape(-1), axis
    return None


def _axis(node: NodeProto) -> int:
    return next((one.i for one in node.attribute if one.name == "axis"), 0)


def _dequantized(name: str, axis: int) -> NodeProto:
    """Its values as floats."""
    return helper.make_node(
        "DequantizeLinear",
        [f"{name}_int8", f"{name}_scale"],
        [f"{name}_dequantized"],
        name=f"{name}_dequantize",
        axis=axis,
    )


def _rows(gather: NodeProto, name: str) -> list[NodeProto]:
    """The rows of a table, dequantized one by one."""
    indices, [made] = gather.input[1], gather.output
    return [
        helper.make_node("Gather", [f"{name}_int8", indices], [f"{made}_int8"]),
        helper.make_node("Gather", [f"{name}_row_scale", indices], [f"{made}_scale"]),
        helper.make_node("Cast", [f"{made}_int8"], [f"{made}_float"], to=TensorProto.FLOAT),
        helper.make_node("Mul", [f"{made}_float", f"{made}_scale"], [made], name=gather.name),
    ]
