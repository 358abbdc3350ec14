"""A graph quantized by onnxruntime, whose layers can be computed in float.

It is the graph of float32 with an operator of its own behind each quantized tensor and weight, and
not the QDQ graph: in that the quantizer leaves out activations whose range does what they do.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import onnx
from onnx import NodeProto, numpy_helper
from onnx.reference.op_run import OpRun
from onnxruntime.quantization.registry import QDQRegistry, QLinearOpsRegistry

from onpar.exporters import Source
from onpar.exporters.graphs.onnx_modules import modules_of
from onpar.exporters.quantization import held
from onpar.exporters.quantization.exact.arithmetic import F64, Rounding, along
from onpar.exporters.quantization.exact.onnx_kernels import Conv, MaxPool, Resize
from onpar.exporters.quantization.exact.qdq_program import QdqProgram, doubled, run
from onpar.exporters.quantization.layers.switch import (
    OTHERS,
    Inputs,
    Layer,
    Run,
    innermost,
    rounded,
)
from onpar.exporters.quantization.onnx_int8 import converted, quantize
from onpar.exporters.quantization.stored_in_onnx import stored

OPERATORS = QDQRegistry.keys() | QLinearOpsRegistry.keys()
"""The operators that onnxruntime's static quantization takes."""

FOLLOWING = (
    *("AveragePool", "Clip", "Flatten", "MaxPool", "Pad", "Relu", "Reshape", "Resize", "Slice"),
    *("Split", "Squeeze", "TopK", "Transpose", "Unsqueeze"),
)
"""Those that compute in int8 only if what they take is int8 (onnxruntime's direct_q8.py and the
files next to it)."""

SUFFIX = "_QuantizeLinear_Input"
"""What it appends to the name of a graph's output where it quantizes that."""

SWITCH = "Switch"
"""The operator behind each quantized tensor and weight."""


def switched(source: Source) -> OnnxLayers:
    """The program of the whole graph in int8. Raises ExportError if it stores something else than
    the graph has."""
    with TemporaryDirectory() as folder:
        simplified, small = Path(folder, "simplified.onnx"), Path(folder, "small.onnx")
        converted(replace(source, float_layers=()), small, simplified)
        return OnnxLayers(source, onnx.load(simplified), onnx.load(small))


def exact(source: Source) -> Run:
    """What the quantizer makes of the source. Raises ExportError as `quantize` does."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "small.onnx")
        quantize(source, path)
        program = QdqProgram(onnx.load(path))
    return lambda inputs: _in_order(program.run(inputs, Rounding()), source)


def _in_order(made: Mapping[str, Any], source: Source) -> tuple[F64, ...]:
    return tuple(made[spec.name].astype(np.float64) for spec in source.model.outputs)


class OnnxLayers:
    """The graph of float32 with switches."""

    def __init__(self, source: Source, simplified: onnx.ModelProto, small: onnx.ModelProto) -> None:
        records = [*stored(small, simplified)]
        held.check(records, "onnx-int8")
        self.source = source
        self.weights = {one.name: one.values for one in records}
        self.places = dict(_places(small))
        modules = modules_of(onnx.load(str(source.file)))
        own = {one.name: one.values.size for one in records if one.own}
        nodes = list(simplified.graph.node)
        named = [
            (modules.layer(node), sum(own.get(name, 0) for name in node.input)) for node in nodes
        ]
        self.layers = innermost(Layer(name, size) for name, size in named if size)
        known = {one.name for one in self.layers}
        self.names = [
            (name if name in known else OTHERS) if size or node.op_type in OPERATORS else None
            for node, (name, size) in zip(nodes, named, strict=True)
        ]
        self.operators = self._operators(nodes)
        self.model = doubled(_with_switches(simplified, self.operators))

    def run(self, inputs: Inputs, int8: Collection[str]) -> tuple[F64, ...]:
        """As `Switched`."""
        on = rounded(self.operators, int8)
        places, weights = self.places, self.weights

        class Switch(OpRun):
            op_domain = ""

            def _run(self, x: F64, **_: Any) -> tuple[F64]:
                name = self.onnx_node.name
                if name not in on:
                    return (x,)
                if name in weights:
                    return (weights[name],)
                scale, zero, least, most = places[name]
                whole = Rounding().quantized(name, x, scale, zero, least, most)
                return (np.asarray((whole - zero) * scale),)

        operators: list[type[OpRun]] = [Switch, Conv, MaxPool, Resize]
        return _in_order(run(self.model, inputs, operators), self.source)

    def _operators(self, nodes: list[NodeProto]) -> dict[str, set[str]]:
        """The int8 operators that make or take each quantized tensor or weight."""
        found: dict[str, set[str]] = {name: set() for name in (*self.places, *self.weights)}
        making = {name: i for i, node in enumerate(nodes) for name in node.output}
        for node, own in zip(nodes, self.names, strict=True):
            for name in found.keys() & set(node.input):
                if own is not None and node.op_type not in FOLLOWING:
                    found[name].add(own)
        for node in nodes:
            for name in found.keys() & set(node.output):
                found[name] |= self._making(node, nodes, making, found)
        return found

    def _making(
        self,
        node: NodeProto,
        nodes: list[NodeProto],
        making: Mapping[str, int],
        found: Mapping[str, set[str]],
    ) -> set[str]:
        """The int8 operators that make what the node makes."""
        at = making[node.output[0]]
        if node.op_type not in FOLLOWING:
            own = self.names[at]
            return set() if own is None else {own}
        taken = node.input[0]
        if taken in found or taken not in making:
            return found.get(taken, set())
        # An activation that the quantizer leaves out, behind its layer.
        return self._making(nodes[making[taken]], nodes, making, found)


def _places(small: onnx.ModelProto) -> Iterator[tuple[str, tuple[F64, F64, int, int]]]:
    """Of each quantized tensor its scale, zero point, least and most integer."""
    constants = {one.name: numpy_helper.to_array(one) for one in small.graph.initializer}
    for node in small.graph.node:
        if node.op_type == "QuantizeLinear":
            scale, zero = constants[node.input[1]], constants[node.input[2]]
            ends = np.iinfo(zero.dtype)
            place = along(scale, 0, 0), along(zero, 0, 0), int(ends.min), int(ends.max)
            yield node.input[0].removesuffix(SUFFIX), place


def _with_switches(model: onnx.ModelProto, names: Collection[str]) -> onnx.ModelProto:
    """The model with a switch behind each of these tensors, through which all others take it."""
    changed = onnx.ModelProto()
    changed.CopyFrom(model)
    del changed.graph.node[:]
    outputs = {one.name for one in model.graph.output}
    constants = {one.name for one in (*model.graph.initializer, *model.graph.input)} & {*names}

    def switch(name: str, taken: str, made: str) -> None:
        node = onnx.helper.make_node(SWITCH, [taken], [made], name=name)
        changed.graph.node.append(node)

    for name in sorted(constants):
        switch(name, name, f"{name}/switched")
    for node in model.graph.node:
        changed.graph.node.append(node)
        last = changed.graph.node[-1]
        for i, name in enumerate(node.input):
            if name in names and (name in constants or name not in outputs):
                last.input[i] = f"{name}/switched"
        for i, name in enumerate(node.output):
            if name in names and name in outputs:
                last.output[i] = f"{name}/switched"
                switch(name, f"{name}/switched", name)
            elif name in names:
                switch(name, name, f"{name}/switched")
    return changed
