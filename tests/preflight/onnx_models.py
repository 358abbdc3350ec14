"""Small ONNX models: what every onnxruntime loads, and what some do not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import onnx
from onnx import TensorProto, helper

FLOAT, HALF, DOUBLE = TensorProto.FLOAT, TensorProto.FLOAT16, TensorProto.DOUBLE
INT8, INT64, BOOL = TensorProto.INT8, TensorProto.INT64, TensorProto.BOOL


def model(
    operator: str,
    *,
    opset: int = 20,
    item: int = FLOAT,
    gives: int = 0,
    inputs: int = 1,
    ir: int = 8,
    domain: str = "",
    **attributes: Any,
) -> onnx.ModelProto:
    """One operator on `inputs` tensors [1, 4, 6, 6] of an item type; `gives` is the output's, by
    default the same."""
    names = [f"x{index}" for index in range(inputs)]
    node = helper.make_node(operator, names, ["y"], domain=domain, **attributes)
    return of([node], opset=opset, item=item, gives=gives, inputs=names, ir=ir, domain=domain)


def of(
    nodes: Sequence[onnx.NodeProto],
    *,
    inputs: Sequence[str] = ("x0",),
    opset: int = 20,
    item: int = FLOAT,
    gives: int = 0,
    ir: int = 8,
    domain: str = "",
    functions: Sequence[onnx.FunctionProto] = (),
    initializers: Sequence[onnx.TensorProto] = (),
) -> onnx.ModelProto:
    """A graph of these nodes, whose output is `y`."""
    taken = [helper.make_tensor_value_info(name, item, [1, 4, 6, 6]) for name in inputs]
    given = [helper.make_tensor_value_info("y", gives or item, None)]
    graph = helper.make_graph(nodes, "g", taken, given, initializers)
    opsets = [helper.make_opsetid("", opset)]
    opsets += [helper.make_opsetid(domain, 1)] if domain else []
    return helper.make_model(graph, opset_imports=opsets, ir_version=ir, functions=functions)


def branching(item: int) -> onnx.ModelProto:
    """An operator that only a branch has."""

    def branch(operator: str) -> onnx.GraphProto:
        node = helper.make_node(operator, ["x0"], ["z"])
        given = [helper.make_tensor_value_info("z", item, None)]
        return helper.make_graph([node], operator, [], given)

    true = helper.make_tensor("c", BOOL, [], [True])
    node = helper.make_node(
        "If", ["c"], ["y"], then_branch=branch("Relu"), else_branch=branch("Mish")
    )
    return of([node], item=item, initializers=[true])


def with_function(inner: str) -> onnx.ModelProto:
    """A model that brings a function of its own along."""
    body = [helper.make_node(inner, ["a"], ["b"])]
    function = helper.make_function("mine", "F", ["a"], ["b"], body, [helper.make_opsetid("", 20)])
    node = helper.make_node("F", ["x0"], ["y"], domain="mine")
    return of([node], domain="mine", functions=[function])


MODELS = {
    "relu": model("Relu"),
    "a constant": of(
        [
            helper.make_node("Constant", [], ["c"], value_float=1.0),
            helper.make_node("Add", ["x0", "c"], ["y"]),
        ]
    ),
    "relu of int8": model("Relu", item=INT8),
    "relu of half": model("Relu", item=HALF),
    "relu of opset 1": model("Relu", opset=1),
    "relu of opset 13": model("Relu", opset=13),
    "cosine of int64": model("Cos", item=INT64),
    "cosine of double": model("Cos", item=DOUBLE),
    "cosine of half": model("Cos", item=HALF),
    "hard swish, a function": model("HardSwish"),
    "mish, a function": model("Mish"),
    "mish of half, a function": model("Mish", item=HALF),
    "group normalization": model("GroupNormalization", inputs=3, num_groups=2),
    "gelu, a function of its own making": model("Gelu", approximate="tanh"),
    "gelu of half": model("Gelu", item=HALF),
    "swish of opset 24": model("Swish", opset=24),
    "rms normalization of opset 23": model("RMSNormalization", opset=23, inputs=2),
    "nothing of that name": model("Wobble"),
    "of a later opset": model("Gelu", opset=17),
    "opset 999": model("Relu", opset=999),
    "IR version 8": model("Relu", ir=8),
    "IR version 99": model("Relu", ir=99),
    "microsoft's own": model("Gelu", domain="com.microsoft"),
    "nothing of microsoft's": model("Wobble", domain="com.microsoft"),
    "a domain of nobody": model("Relu", domain="nobody"),
    "a branch": branching(FLOAT),
    "a function": with_function("Relu"),
    "a function of nothing": with_function("Wobble"),
    "max of bool": model("Max", inputs=2, item=BOOL),
    "equal": model("Equal", inputs=2, gives=BOOL),
    "cast": model("Cast", gives=HALF, to=HALF),
    "bitwise and of int8": model("BitwiseAnd", inputs=2, item=INT8),
    "bitwise and of float": model("BitwiseAnd", inputs=2),
}
"""By name. Not all are right, and of those that are not all load."""
