"""Replaces quantized constants that coremltools gets wrong by the float32 numbers that they
represent.

coremltools 9.0 computes `scale * (data - zero point)` of a constant in int8, which overflows
outside of -128 to 127 (frontend/torch/quantization_ops.py): 127 - -128 becomes -1.
"""

from __future__ import annotations

from functools import reduce

import torch
from torch.fx import GraphModule, Node

DEQUANTIZE = "quantized_decomposed.dequantize_per_tensor.default"


def unwrapped(module: GraphModule) -> GraphModule:
    """The PT2E module with each such constant in float32; it computes the same."""
    for index, node in enumerate(list(module.graph.nodes)):
        if str(node.target) != DEQUANTIZE or not _constant(node.args[0]):
            continue
        data, scale, zero_point = _value(module, node.args[0]), node.args[1], node.args[2]
        apart = data.to(torch.int32) - int(zero_point)
        if int(apart.min()) >= -128 and int(apart.max()) <= 127:
            continue
        name = f"_unwrapped_{index}"
        module.register_buffer(name, apart.to(torch.float32) * float(scale))
        with module.graph.inserting_before(node):
            node.replace_all_uses_with(module.graph.get_attr(name))
        module.graph.erase_node(node)
    module.graph.eliminate_dead_code()
    module.recompile()
    return module


def _constant(node: object) -> bool:
    return isinstance(node, Node) and node.op == "get_attr"


def _value(module: GraphModule, node: Node) -> torch.Tensor:
    value: torch.Tensor = reduce(getattr, str(node.target).split("."), module)  # type: ignore[assignment]
    return value
