"""Small ONNX models, built of an operator or a few."""

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


def with_function(
    inner: str, *, written: int = 20, opset: int = 20, item: int = FLOAT, **attributes: Any
) -> onnx.ModelProto:
    """A model that brings a function of its own along, which says that it was `written` for an
    opset."""
    body = [helper.make_node(inner, ["a"], ["b"], **attributes)]
    opsets = [helper.make_opsetid("", written)]
    function = helper.make_function("mine", "F", ["a"], ["b"], body, opsets)
    node = helper.make_node("F", ["x0"], ["y"], domain="mine")
    return of([node], domain="mine", functions=[function], opset=opset, item=item)


def calling_twice(levels: int) -> onnx.ModelProto:
    """Functions of which each calls the one before twice: 2 to the power of `levels` nodes."""
    opsets = [helper.make_opsetid("", 20), helper.make_opsetid("mine", 1)]
    functions = []
    for level in range(levels + 1):
        name = f"F{level - 1}" if level else "Relu"
        domain = "mine" if level else ""
        body = [helper.make_node(name, ["a"], ["c"], domain=domain)]
        body += [helper.make_node(name, ["c"], ["b"], domain=domain)] if level else []
        given = "b" if level else "c"
        functions.append(helper.make_function("mine", f"F{level}", ["a"], [given], body, opsets))
    node = helper.make_node(f"F{levels}", ["x0"], ["y"], domain="mine")
    return of([node], domain="mine", functions=functions)


def in_written_out_domain(operator: str) -> onnx.ModelProto:
    """A node whose domain is `ai.onnx`, which most files leave empty."""
    made = model(operator)
    made.graph.node[0].domain = "ai.onnx"
    return made


def over_a_sequence(operator: str) -> onnx.ModelProto:
    """An operator that SequenceMap calls for each of a sequence's tensors."""
    values = [helper.make_tensor_value_info(name, FLOAT, None) for name in "qr"]
    inner = helper.make_node(operator, ["q"], ["r"])
    graph = helper.make_graph([inner], "each", values[:1], values[1:])
    nodes = [
        helper.make_node("SequenceConstruct", ["x0", "x0"], ["s"]),
        helper.make_node("SequenceMap", ["s"], ["t"], body=graph),
        helper.make_node("ConcatFromSequence", ["t"], ["y"], axis=0),
    ]
    return of(nodes)
