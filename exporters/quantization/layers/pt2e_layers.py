"""A module quantized by PT2E, whose layers can be computed in float."""

from __future__ import annotations

from collections.abc import Collection
from functools import reduce
from typing import Any

from torch import fx
from torchao.quantization.pt2e.quantizer import SharedQuantizationSpec

from onpar.exporters import Source
from onpar.exporters.pte import OBSERVER, quantizer
from onpar.exporters.quantization.exact.arithmetic import F64, Rounding
from onpar.exporters.quantization.exact.pt2e_program import (
    DEQUANTIZE,
    QUANTIZE,
    Exact,
    Pt2eProgram,
)
from onpar.exporters.quantization.layers.outputs import in_specs_order
from onpar.exporters.quantization.layers.switch import (
    OTHERS,
    Inputs,
    Layer,
    Run,
    innermost,
    rounded,
)
from onpar.exporters.quantization.pt2e_int8 import ANNOTATION, converted, quantized
from onpar.exporters.quantization.stored_in_pt2e import LAYERS
from onpar.exporters.tracing.module_names import module_of


def switched(source: Source) -> Pt2eLayers:
    """The program of the whole module in int8."""
    return Pt2eLayers(source)


def exact(source: Source) -> Run:
    """What the quantizer makes of the source. Raises ExportError as `quantized` does."""
    program = Pt2eProgram(quantized(source, quantizer(OBSERVER)))
    return lambda inputs: in_specs_order(program.run(inputs, Rounding()), source)


class Pt2eLayers:
    """The converted module, whose weights are quantized in it: every quantizing operator can be
    left out."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.module, _ = converted(source, quantizer(OBSERVER), fold=False)
        nodes = [n for n in self.module.graph.nodes if str(n.target) in LAYERS]
        weights = {n: n.args[1].args[0].args[0] for n in nodes if _dequantizes(n.args[1])}
        self.layers = innermost(
            Layer(module_of(node.meta), _size(self.module, weight))
            for node, weight in weights.items()
        )
        known = {layer.name for layer in self.layers}
        named = {node: module_of(node.meta) for node in weights}
        self.names = {n: name if name in known else OTHERS for n, name in named.items()}
        self.operators: dict[str, set[str]] = {}
        for node in self.module.graph.nodes:
            if str(node.target).startswith(QUANTIZE):
                takers = (user for dequantize in node.users for user in dequantize.users)
                of = self._making(node.args[0])
                self.operators[node.name] = of.union(*map(self._computing, takers))

    def run(self, inputs: Inputs, int8: Collection[str]) -> tuple[F64, ...]:
        """As `Switched`."""
        plain = self.operators.keys() - rounded(self.operators, int8)
        return in_specs_order(_Switched(self.module, plain).of(inputs), self.source)

    def _making(self, node: fx.Node) -> set[str]:
        """The int8 operators that make a quantized tensor, for the last node of their pattern."""
        taken = [one for one in node.all_input_nodes if one.op == "call_function"]
        if node not in self.names and len(taken) == 1 and not _dequantizes(taken[0]):
            return self._making(taken[0])  # A convolution, in front of its activation.
        if not _follows(node):
            return self._computing(node)
        before = (one.all_input_nodes[0].name for one in taken if _dequantizes(one))
        return {name for one in before for name in self.operators.get(one, ())}

    def _computing(self, node: fx.Node) -> set[str]:
        """The name of an operator that computes in int8 by itself; nothing for another."""
        if node in self.names:
            return {self.names[node]}
        annotated = node.op == "call_function" and ANNOTATION in node.meta
        return {OTHERS} if annotated and not _follows(node) else set()


def _dequantizes(node: fx.Node) -> bool:
    return str(node.target).startswith(DEQUANTIZE)


def _follows(node: fx.Node) -> bool:
    """Whether it computes in int8 only if its input is int8, as a pooling does."""
    annotation = node.meta.get(ANNOTATION)
    specs = annotation.input_qspec_map.values() if annotation else ()
    return bool(specs) and all(isinstance(one, SharedQuantizationSpec) for one in specs)


def _size(module: fx.GraphModule, node: fx.Node) -> int:
    weight: Any = reduce(getattr, str(node.target).split("."), module)
    return int(weight.numel())


class _Switched(Exact):
    """Passes on what the nodes `plain` would quantize."""

    def __init__(self, module: fx.GraphModule, plain: Collection[str]) -> None:
        super().__init__(module, Rounding())
        self.plain = plain

    def run_node(self, n: fx.Node) -> Any:
        taken = n.all_input_nodes[:1]
        if n.name in self.plain or (_dequantizes(n) and taken[0].name in self.plain):
            return self.env[taken[0]]
        return super().run_node(n)
