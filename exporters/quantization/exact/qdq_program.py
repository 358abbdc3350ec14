"""An ONNX graph with QuantizeLinear and DequantizeLinear in float64, by `onnx.reference`."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import AttributeProto, GraphProto, NodeProto, TensorProto, numpy_helper
from onnx.reference import ReferenceEvaluator
from onnx.reference.op_run import OpRun

from onpar.exporters.program import Program
from onpar.exporters.quantization.exact.arithmetic import F64, Rounding, along
from onpar.exporters.quantization.exact.onnx_kernels import Conv, MaxPool, Resize
from onpar.exporters.quantization.exact.ranges import Node, operators_of
from onpar.parity.contract.tensor_spec import TensorSpec


def program_of(model: onnx.ModelProto, floats: onnx.ModelProto | None = None) -> Program:
    """The program of a QDQ graph; its tensors have the graph's names. `floats` is the graph that it
    was made from, in float32."""
    outputs = {one.name for one in model.graph.output}
    names = [name for name in activations(model) if name not in outputs]
    return Program(
        exact=QdqProgram(model).run,
        steps=_steps(model),
        showing=lambda: showing(model, names).SerializeToString(),
        shown={name: TensorSpec(name, ()) for name in names},
        operators=operators_of(_nodes(model), cuts(floats or model)),
    )


def _nodes(model: onnx.ModelProto) -> Iterator[Node]:
    for node in model.graph.node:
        for name in node.output:
            yield Node(name, node.op_type, tuple(node.input), node.op_type == "QuantizeLinear")


def cuts(model: onnx.ModelProto) -> dict[str, tuple[float, float]]:
    """The ends of what each Relu and Clip gives, by its output. onnxruntime's quantizer leaves them
    out before an activation: that has no values below 0 or above 6 anyway."""
    constants = {one.name: one for one in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == "Constant" and node.attribute[0].name == "value":
            constants[node.output[0]] = node.attribute[0].t
    found = dict[str, tuple[float, float]]()
    for node in model.graph.node:
        if node.op_type == "Relu":
            found[node.output[0]] = (0.0, math.inf)
        if node.op_type == "Clip":
            given = (constants.get(one) for one in (*node.input[1:], "", "")[:2])
            low, high = (None if one is None else numpy_helper.to_array(one) for one in given)
            found[node.output[0]] = (
                -math.inf if low is None else float(low.item()),
                math.inf if high is None else float(high.item()),
            )
    return found


class QdqProgram:
    """A QDQ graph; `run` gives its outputs in f64."""

    def __init__(self, model: onnx.ModelProto) -> None:
        self.model = doubled(model)

    def run(
        self, inputs: Mapping[str, NDArray[Any]], rounding: Rounding
    ) -> dict[str, NDArray[Any]]:
        """The outputs by name for the inputs."""
        return run(self.model, inputs, _operators(rounding))


def run(
    model: onnx.ModelProto, inputs: Mapping[str, NDArray[Any]], operators: Sequence[type[OpRun]]
) -> dict[str, NDArray[Any]]:
    """The outputs of a model in float64 by name, with `operators` in place of onnx.reference's."""
    evaluator = ReferenceEvaluator(model, new_ops=[*operators])
    given = {
        name: value.astype(np.float64) if value.dtype == np.float32 else value
        for name, value in inputs.items()
    }
    return dict(zip(evaluator.output_names, evaluator.run(None, given), strict=True))


def _steps(model: onnx.ModelProto) -> dict[str, float]:
    """The distance of two levels, by output that a DequantizeLinear of one scale makes."""
    constants = {one.name: numpy_helper.to_array(one) for one in model.graph.initializer}
    outputs = {one.name for one in model.graph.output}
    made = (node for node in model.graph.node if node.op_type == "DequantizeLinear")
    found = {n.output[0]: constants.get(n.input[1]) for n in made if n.output[0] in outputs}
    return {
        name: float(scale.item())
        for name, scale in found.items()
        if scale is not None and scale.size == 1
    }


def activations(model: onnx.ModelProto) -> list[str]:
    """The names of the quantized tensors that depend on the inputs. onnxruntime computes the others
    when it loads the file, and refuses to show them."""
    depending, names = {one.name for one in model.graph.input}, list[str]()
    for node in model.graph.node:
        if depending.intersection(node.input):
            depending.update(node.output)
            names += node.output if node.op_type == "QuantizeLinear" else []
    return names


def showing(model: onnx.ModelProto, names: Iterable[str]) -> onnx.ModelProto:
    """The model with these tensors as outputs too."""
    shown = copy.deepcopy(model)
    shown.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    return shown


def doubled(model: onnx.ModelProto) -> onnx.ModelProto:
    """The model with float64 wherever it has float32."""
    model = copy.deepcopy(model)
    _double_graph(model.graph)
    for function in model.functions:
        _double_nodes(function.node)
    return model


def _double_graph(graph: GraphProto) -> None:
    for tensor in graph.initializer:
        _double(tensor)
    for value in (*graph.input, *graph.output, *graph.value_info):
        kind = value.type.tensor_type
        if kind.elem_type == TensorProto.FLOAT:
            kind.elem_type = TensorProto.DOUBLE
    _double_nodes(graph.node)


def _double_nodes(nodes: Iterable[NodeProto]) -> None:
    for node in nodes:
        for one in node.attribute:
            if one.type == AttributeProto.TENSOR:
                _double(one.t)
            if one.type == AttributeProto.GRAPH:
                _double_graph(one.g)
            if one.name in ("to", "dtype") and one.i == TensorProto.FLOAT:
                one.i = TensorProto.DOUBLE


def _double(tensor: TensorProto) -> None:
    if tensor.data_type == TensorProto.FLOAT:
        values = numpy_helper.to_array(tensor).astype(np.float64)
        tensor.CopyFrom(numpy_helper.from_array(values, tensor.name))


def _operators(rounding: Rounding) -> list[type[OpRun]]:
    class QuantizeLinear(OpRun):
        op_domain = ""

        def _run(
            self, x: F64, scale: F64, zero_point: Any = None, axis: int = 1, **_: Any
        ) -> tuple[NDArray[Any]]:
            whole = np.uint8 if zero_point is None else zero_point.dtype
            zero = along(np.zeros(()) if zero_point is None else zero_point, x.ndim, axis)
            ends = np.iinfo(whole)
            name, step = self.onnx_node.output[0], along(scale, x.ndim, axis)
            steps = rounding.quantized(name, x, step, zero, ends.min, ends.max)
            return (np.asarray(steps).astype(whole),)

    return [QuantizeLinear, DequantizeLinear, Conv, MaxPool, Resize]


class DequantizeLinear(OpRun):
    """ONNX's, in f64."""

    op_domain = ""

    def _run(
        self, x: NDArray[Any], scale: F64, zero_point: Any = None, axis: int = 1, **_: Any
    ) -> tuple[F64]:
        zero = along(np.zeros(()) if zero_point is None else zero_point, x.ndim, axis)
        return ((x.astype(np.float64) - zero) * along(scale, x.ndim, axis),)
