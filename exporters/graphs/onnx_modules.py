"""The modules that the nodes of an ONNX graph are from, as `named_modules()` of what a recipe's
build() returns has them. A file of float32 has them as metadata of its nodes."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import onnx
from onnx import GraphProto, NodeProto, TensorProto

from onpar.exporters.tracing.module_names import as_built, below

KEY = "module"
"""The metadata of a node in the files."""

SCOPES = "pkg.torch.onnx.name_scopes"
"""Its metadata from torch.onnx: the modules from the outermost on, then the node's name."""

PRODUCTS = ("Conv", "ConvTranspose", "Gemm", "MatMul")
"""The operators of layers. torch.onnx may transpose their weights, which then have no name."""


def keep_modules(graph: GraphProto) -> None:
    """Give the nodes of torch.onnx's graph the only metadata that a file has."""
    for node in graph.node:
        scopes = next((one.value for one in node.metadata_props if one.key == SCOPES), "[]")
        path = [*ast.literal_eval(scopes)][-2:-1]
        del node.metadata_props[:]
        if path and as_built(path[0]):
            node.metadata_props.add(key=KEY, value=as_built(path[0]))


@dataclass(frozen=True)
class Modules:
    """Of a graph of float32, the module of each node by its output, and of each weight; empty for a
    weight that nodes of several modules take, as torch.onnx keeps one of equal weights."""

    outputs: Mapping[str, str]
    weights: Mapping[str, str]

    def of(self, node: NodeProto) -> set[str]:
        """The modules of a node, or of one that an optimization made of it: those of its result and
        of its weights differ where a batch norm is folded."""
        names = (self.outputs.get(name) for name in node.output)
        return {name for name in (*names, self.layer(node)) if name}

    def layer(self, node: NodeProto) -> str:
        """The module of its weights; empty if it has none."""
        owners = (
            self.weights[name] or self.outputs.get(node.output[0], "")
            for name in node.input
            if name in self.weights
        )
        return next(owners, "")


def modules_of(model: onnx.ModelProto) -> Modules:
    """The modules of a file of float32."""
    floats = {one.name for one in model.graph.initializer if one.data_type == TensorProto.FLOAT}
    outputs: dict[str, str] = {}
    weights: dict[str, str] = {}
    taking: dict[str, str] = {}
    for node in model.graph.node:
        module = next((one.value for one in node.metadata_props if one.key == KEY), "")
        outputs |= dict.fromkeys(node.output, module)
        for name in floats.intersection(node.input):
            owner = _owner(name) or (module if node.op_type in PRODUCTS else "")
            if owner:
                alone = taking.setdefault(name, module) == module
                weights[name] = owner if alone else ""
    return Modules(outputs, weights)


def _owner(name: str) -> str:
    """The module of a parameter; empty for another constant. torch.onnx names parameters by their
    path in the `InOrder`, and constants without dots."""
    path, dot, _ = name.rpartition(".")
    return as_built(path) if dot else ""


def in_float(modules: Modules, graph: GraphProto, names: tuple[str, ...]) -> Iterator[str]:
    """The names of the graph's nodes that are from the modules `names`, or from those below."""
    for node in graph.node:
        if any(below(module, names) for module in modules.of(node)):
            yield node.name
