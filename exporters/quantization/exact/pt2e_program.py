"""A module quantized by PT2E, in float64. Its own quantize operators refuse float64, so they are
computed here; every other operator is PyTorch's, on float64."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, fx

from onpar.exporters.quantization.exact.arithmetic import F64, Rounding, along
from onpar.exporters.quantization.exact.in_float64 import InFloat64

QUANTIZE = "quantized_decomposed.quantize_per_"
DEQUANTIZE = "quantized_decomposed.dequantize_per_"


class Pt2eProgram:
    """What `convert_pt2e` gives, as a program in float64."""

    def __init__(self, converted: fx.GraphModule) -> None:
        self.module = converted

    def run(self, inputs: Mapping[str, NDArray[Any]], rounding: Rounding) -> Any:
        """What the module returns for the inputs in their order, its tensors in f64."""
        return _Run(self.module, rounding).of(inputs)


class _Run(InFloat64):
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
        return super().call_function(target, args, kwargs)

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
