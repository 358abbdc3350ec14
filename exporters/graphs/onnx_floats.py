"""Keeps onnxruntime from quantizing the weights of layers that are to stay in float.

It quantizes, per tensor, the float weights of a Conv, ConvTranspose or Gemm between a
DequantizeLinear and a QuantizeLinear when it loads a file (onnxruntime 1.31,
weight_bias_quantization.cc). Only a Relu or a Clip may be between, and no other operator.
"""

from __future__ import annotations

import numpy as np
import onnx
from onnx import GraphProto, NodeProto, numpy_helper

LAYERS = ("Conv", "ConvTranspose", "Gemm")

PASSED = ("Relu", "Clip")


def keep_floats(graph: GraphProto) -> None:
    """Put a Max in front of each such QuantizeLinear, with the least value that this can give: it
    changes nothing. The graph's nodes are then not in order."""
    constants = {one.name: one for one in graph.initializer}
    makers = {name: node for node in graph.node for name in node.output}
    takers: dict[str, list[NodeProto]] = {}
    for node in graph.node:
        for name in node.input:
            takers.setdefault(name, []).append(node)
    for node in list(graph.node):
        maker = makers.get(node.input[0]) if node.op_type in LAYERS else None
        if maker is None or maker.op_type != "DequantizeLinear" or node.input[1] not in constants:
            continue
        quantize = _behind(node, takers)
        if quantize is None:
            continue
        scale, zero = (numpy_helper.to_array(constants[name]) for name in quantize.input[1:3])
        least = (float(np.iinfo(zero.dtype).min) - float(zero)) * float(scale)
        name, value = f"{quantize.input[0]}/least", np.array(least, np.float32)
        graph.initializer.append(numpy_helper.from_array(value, name))
        made = f"{quantize.input[0]}/float"
        graph.node.append(
            onnx.helper.make_node("Max", [quantize.input[0], name], [made], name=f"{made}_node")
        )
        quantize.input[0] = made


def _behind(node: NodeProto, takers: dict[str, list[NodeProto]]) -> NodeProto | None:
    """The only operator that takes what the node makes, if it quantizes that."""
    taking = takers.get(node.output[0], [])
    if len(taking) != 1:
        return None
    if taking[0].op_type == "QuantizeLinear":
        return taking[0]
    return _behind(taking[0], takers) if taking[0].op_type in PASSED else None
