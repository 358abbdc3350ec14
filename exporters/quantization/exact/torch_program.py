"""Quantized programs of PyTorch in float64: the reference module of FX graph mode, and PT2E's.

Their own quantize operators refuse float64, so they are computed here; every other operator is
PyTorch's, on float64.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from functools import partial, reduce
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, fx, nn
from torch.ao.quantization.quantize_fx import convert_to_reference_fx
from torch.utils._pytree import tree_map

from onpar.exporters.quantization.exact.arithmetic import (
    F64,
    Rounding,
    along,
)

RANGES = {torch.quint8: (0, 255), torch.qint8: (-128, 127), torch.qint32: (-(2**31), 2**31 - 1)}
"""The integers of PyTorch's quantized dtypes."""

QUANTIZE = "quantized_decomposed.quantize_per_"
DEQUANTIZE = "quantized_decomposed.dequantize_per_"


class TorchProgram:
    """A quantized program; `graph` is in float64, with its own outputs."""

    def __init__(self, graph: fx.GraphModule) -> None:
        self.graph = graph

    def run(self, inputs: Mapping[str, NDArray[Any]], rounding: Rounding) -> Any:
        """What the module returns for the inputs in their order, its tensors in f64."""
        given = [torch.from_numpy(np.array(value)) for value in inputs.values()]
        given = [one.double() if one.is_floating_point() else one for one in given]
        with torch.no_grad():
            return _Run(self.graph, rounding).run(*given)

    def value_of(self, argument: Any) -> float:
        """The number that a node's argument is, or names."""
        if isinstance(argument, fx.Node):
            argument = reduce(getattr, str(argument.target).split("."), self.graph)
        return float(argument)


def of_fx(prepared: fx.GraphModule) -> TorchProgram:
    """That of FX graph mode, from the module that was calibrated."""
    module = convert_to_reference_fx(copy.deepcopy(prepared))
    for layer in module.modules():
        if hasattr(layer, "get_weight"):
            weight = torch.from_numpy(stored_weight(layer))
            setattr(layer, "get_weight", partial(_given, weight))  # noqa: B010  (mypy's Module)
    return TorchProgram(module.double())


def of_pt2e(converted: fx.GraphModule) -> TorchProgram:
    """That of PT2E, from the module that `convert_pt2e` gives."""
    module = copy.deepcopy(converted)
    for node in module.graph.nodes:
        if node.op == "get_attr":
            *path, last = str(node.target).split(".")
            holder = reduce(getattr, path, module)
            value = getattr(holder, last)
            if isinstance(value, Tensor) and value.dtype is torch.float32:
                setattr(
                    holder,
                    last,
                    nn.Parameter(value.double(), requires_grad=False)
                    if isinstance(value, nn.Parameter)
                    else value.double(),
                )
    return TorchProgram(module)


def stored_weight(layer: Any) -> F64:
    """The weight that a layer of FX's reference module computes with: its float weight, quantized
    and dequantized."""
    weight: F64 = layer.weight.detach().double().numpy()
    if layer.weight_dtype not in RANGES:
        return weight
    scale, zero_point = (
        along(one.detach().numpy(), weight.ndim, int(getattr(layer, "weight_axis", 0)))
        for one in (layer.weight_scale, layer.weight_zero_point)
    )
    whole = Rounding().quantized("", weight, scale, zero_point, *RANGES[layer.weight_dtype])
    stored: F64 = (whole - zero_point) * scale
    return stored


class _Run(fx.Interpreter):
    def __init__(self, graph: fx.GraphModule, rounding: Rounding) -> None:
        super().__init__(graph)
        self.rounding = rounding
        self.name = ""

    def run_node(self, n: fx.Node) -> Any:
        self.name = n.name
        return super().run_node(n)

    def call_function(self, target: Any, args: Any, kwargs: Any) -> Any:
        name = str(target)
        if target is torch.quantize_per_tensor:
            x, scale, zero_point, dtype = args
            return self._stored(x, scale, zero_point, 0, *RANGES[dtype])
        if target is torch.quantize_per_channel:
            x, scale, zero_point, axis, dtype = args
            return self._stored(x, scale, zero_point, axis, *RANGES[dtype])
        if name.startswith(QUANTIZE):
            return self._quantized(*_split(name, args, QUANTIZE))
        if name.startswith(DEQUANTIZE):
            x, scale, zero_point, axis, *_ = _split(name, args, DEQUANTIZE)
            scale, zero_point = _broadcast(scale, zero_point, x.ndim, axis)
            return (x.double() - torch.from_numpy(zero_point)) * torch.from_numpy(scale)
        args, kwargs = tree_map(_doubled, (args, kwargs))
        return super().call_function(target, args, kwargs)

    def call_method(self, target: Any, args: Any, kwargs: Any) -> Any:
        if target == "dequantize":
            return args[0]
        args, kwargs = tree_map(_doubled, (args, kwargs))
        return super().call_method(target, args, kwargs)

    def _quantized(
        self, x: Tensor, scale: Any, zero_point: Any, axis: int, least: int, most: int, *_: Any
    ) -> Tensor:
        values = x.double().numpy()
        broadcast = _broadcast(scale, zero_point, values.ndim, axis)
        return torch.from_numpy(
            np.asarray(
                self.rounding.quantized(self.name, values, *broadcast, int(least), int(most))
            )
        )

    def _stored(
        self, x: Tensor, scale: Any, zero_point: Any, axis: int, least: int, most: int
    ) -> Tensor:
        whole = self._quantized(x, scale, zero_point, axis, least, most)
        scale, zero_point = _broadcast(scale, zero_point, x.ndim, axis)
        return (whole - torch.from_numpy(zero_point)) * torch.from_numpy(scale)


def _split(name: str, args: Any, kind: str) -> Any:
    """x, scale, zero point, axis and the rest; a tensor's scale has no axis."""
    if name.startswith(kind + "channel"):
        return args
    x, scale, zero_point, *rest = args
    return x, scale, zero_point, 0, *rest


def _broadcast(scale: Any, zero_point: Any, ndim: int, axis: int) -> tuple[F64, F64]:
    zero_point = 0 if zero_point is None else zero_point
    scale, zero_point = (
        along(np.asarray(one.detach() if isinstance(one, Tensor) else one), ndim, int(axis))
        for one in (scale, zero_point)
    )
    return scale, zero_point


def _given(weight: Tensor) -> Tensor:
    return weight


def _doubled(value: Any) -> Any:
    return torch.float64 if value is torch.float32 else value
