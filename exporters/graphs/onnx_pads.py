"""Zeros padded before a MaxPool, written so that onnxruntime keeps them."""

from __future__ import annotations

from collections.abc import Iterator

import onnx
from onnx import AttributeProto, GraphProto, NodeProto, TensorProto, helper

NEVER_NEGATIVE = ("Relu", "Sigmoid")
"""Operators after which a pad of zeros changes no maximum, so that the fusion is right."""


def keep_pads(graph: GraphProto) -> None:
    """Name all axes in every constant Pad that a MaxPool takes, which changes nothing in what the
    graph computes.

    onnxruntime merges a Pad of zeros into the MaxPool behind it (`Pad_Fusion`, from the
    optimization level BASIC on, since 1.17). A MaxPool ignores its own padding, so the maximum of a
    window with only negative values is then negative instead of 0 (microsoft/onnxruntime#24737). It
    does not merge a Pad that names its axes: `PadFusion::SatisfyCondition` in
    core/optimizer/pad_fusion.cc. tests/exporters/test_onnx_pads.py notices when it is fixed.
    """
    made = {name: node for node in graph.node for name in node.output}
    for pool in graph.node:
        pad = made.get(pool.input[0]) if pool.op_type == "MaxPool" else None
        if pad is not None and _merged(pad, made):
            [kernel] = (one.ints for one in pool.attribute if one.name == "kernel_shape")
            _name_axes(pad, graph, rank=len(kernel) + 2)
    for inner in _inner_graphs(graph):
        keep_pads(inner)


def _merged(pad: NodeProto, made: dict[str, NodeProto]) -> bool:
    """Whether it is a Pad with a constant and without axes, of what may be negative."""
    if pad.op_type != "Pad" or len(pad.input) > 3:
        return False
    if any(one.name == "mode" and one.s != b"constant" for one in pad.attribute):
        return False
    maker = made.get(pad.input[0])
    return maker is None or maker.op_type not in NEVER_NEGATIVE


def _name_axes(pad: NodeProto, graph: GraphProto, rank: int) -> None:
    axes = f"{pad.output[0]}/axes"
    missing = 3 - len(pad.input)
    pad.input.extend([*[""] * missing, axes])
    graph.initializer.append(helper.make_tensor(axes, TensorProto.INT64, [rank], range(rank)))


def _inner_graphs(graph: GraphProto) -> Iterator[onnx.GraphProto]:
    for node in graph.node:
        for one in node.attribute:
            if one.type == AttributeProto.GRAPH:
                yield one.g
