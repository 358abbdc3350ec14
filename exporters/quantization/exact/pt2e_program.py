"""A module quantized by PT2E, in float64. Its own quantize operators refuse float64, so they are
computed here; every other operator is PyTorch's, on float64."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from functools import reduce
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, fx, nn
from torch.utils._pytree import tree_map

from onpar.exporters.quantization.exact.arithmetic import F64, Rounding, along

QUANTIZE = "quantized_decomposed.quantize_per_"
DEQUANTIZE = "quantized_decomposed.dequantize_per_"


class Pt2eProgram:
    """What `convert_pt2e` gives, as a program in float64."""

    def __init__(self, converted: fx.GraphModule) -> None:
        self.module = copy.deepcopy(converted)
        for node in self.module.graph.nodes:
            if node.op == "get_attr":
                _double(self.module, str(node.target))

    def run(self, inputs: Mapping[str, NDArray[Any]], rounding: Rounding) -> Any:
        """What the module returns for the inputs in their order, its tensors in f64."""
        given = [torch.from_numpy(np.array(value)) for value in inputs.values()]
        given = [one.double() if one.is_floating_point() else one for one in given]
        with torch.no_grad():
            return _Run(self.module, rounding).run(*given)


def _double(module: fx.GraphModule, target: str) -> None:
    *path, last = target.split(".")
    holder = reduce(getattr, path, module)
    value = getattr(holder, last)
    if isinstance(value, Tensor) and value.dtype is torch.float32:
        wide: Tensor = value.detach().double()
        if isinstance(value, nn.Parameter):
            wide = nn.Parameter(wide, requires_grad=False)
        setattr(holder, last, wide)


class _Run(fx.Interpreter):
    def __init__(self, module: fx.GraphModule, rounding: Rounding) -> None:
        super().__init__(module)
        self.rounding, self.name = rounding, ""

    def run_node(self, n: fx.Node) -> Any:
        self.name = n.name
        return super().run_node(n)

    def call_function(self, target: Any, args: Any, kwargs: Any) -> Any:
        name = str(target)
        if name.startswith(QUANTIZE):
            return self._quantized(*_split(name, args, QUANTIZE))
        if name.startswith(DEQUANTIZE):
            x, scale, zero_point, axis, *_ = _split(name, args, DEQUANTIZE)
            scale, zero_point = _broadcast(scale, zero_point, x.ndim, axis)
            return (x.double() - torch.from_numpy(zero_point)) * torch.from_numpy(scale)
        return super().call_function(target, *tree_map(_doubled, (args, kwargs)))

    def _quantized(
        self, x: Tensor, scale: Any, zero_point: Any, axis: int, least: int, most: int, *_: Any
    ) -> Tensor:
        values = x.double().numpy()
        broadcast = _broadcast(scale, zero_point, values.ndim, axis)
        whole = self.rounding.quantized(self.name, values, *broadcast, int(least), int(most))
        return torch.from_numpy(np.asarray(whole))


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


def _doubled(value: Any) -> Any:
    return torch.float64 if value is torch.float32 else value
