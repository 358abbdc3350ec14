"""A module quantized by FX graph mode, whose layers can be computed in float."""

from __future__ import annotations

import copy
from collections.abc import Collection
from typing import Any

import torch
from torch import fx, nn
from torch.ao.quantization.quantize_fx import fuse_fx

from onpar.exporters import Source
from onpar.exporters.quantization.exact.arithmetic import F64, Rounding
from onpar.exporters.quantization.exact.fx_program import Exact, FxProgram
from onpar.exporters.quantization.fx_int8 import quantized
from onpar.exporters.quantization.layers.outputs import in_specs_order
from onpar.exporters.quantization.layers.switch import (
    OTHERS,
    Inputs,
    Layer,
    Run,
    innermost,
    rounded,
)
from onpar.exporters.tracing.module_names import as_built


def switched(source: Source) -> FxLayers:
    """The program of the whole module in int8. Raises ExportError as `quantized` does."""
    return FxLayers(source)


def exact(source: Source) -> Run:
    """What the quantizer makes of the source. Raises ExportError as `quantized` does."""
    program = FxProgram(quantized(source), next(source.samples()))
    return lambda inputs: in_specs_order(program.run(inputs, Rounding()), source)


class FxLayers:
    """The converted module; a layer in float is that of the float module, with its batch norm."""

    def __init__(self, source: Source) -> None:
        assert source.module is not None
        self.source, self.module = source, quantized(source)
        self.places = FxProgram(self.module, next(source.samples())).places
        fused = dict(fuse_fx(copy.deepcopy(source.module)).named_modules())
        self.names = {
            path: as_built(path, in_order=False)
            for path, layer in self.module.named_modules()
            if callable(getattr(layer, "weight", None))
        }
        self.layers = innermost(
            Layer(name, _layer(self.module, path).weight().numel())
            for path, name in self.names.items()
        )
        self.floats = {path: copy.deepcopy(fused[path]).double() for path in self.names}
        self.operators = self._operators()

    def run(self, inputs: Inputs, int8: Collection[str]) -> tuple[F64, ...]:
        """As `Switched`."""
        kept = rounded(self.operators, int8)
        places = {name: place for name, place in self.places.items() if name in kept}
        floats = {
            p: self.floats[p] for p, name in self.names.items() if self._own(name) not in int8
        }
        made = Exact(self.module, places, Rounding(), floats).of(inputs)
        return in_specs_order(made, self.source)

    def _own(self, name: str) -> str:
        return name if any(one.name == name for one in self.layers) else OTHERS

    def _operators(self) -> dict[str, set[str]]:
        """The int8 operators that make or take each quantized tensor, by node."""
        found: dict[str, set[str]] = {}
        for node in self.module.graph.nodes:
            if node.name not in self.places:
                continue
            around = (self._computing(one) for one in (node, *node.users))
            found[node.name] = {name for names in around for name in names}
        return found

    def _computing(self, node: fx.Node) -> tuple[str, ...]:
        """The name of the operator, if it computes in int8."""
        if node.name not in self.places or node.target is torch.quantize_per_tensor:
            return ()
        layer = node.op == "call_module" and self.names.get(str(node.target))
        return (self._own(layer),) if layer else (OTHERS,)


def _layer(module: nn.Module, path: str) -> Any:
    return module.get_submodule(path)
