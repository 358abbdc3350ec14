"""What a module quantized by PT2E stores, and what the float program has that it was made from."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from typing import Any

import numpy as np
from torch import Tensor, fx
from torchao.quantization.pt2e.utils import _fuse_conv_bn_

from onpar.exporters.quantization.exact.arithmetic import F64, along
from onpar.exporters.quantization.held import Stored

LAYERS = (
    "aten.conv1d.default",
    "aten.conv2d.default",
    "aten.conv3d.default",
    "aten.conv_transpose2d.input",
    "aten.linear.default",
)
"""The operators whose second argument is a weight and whose third is a bias."""

LEAST = 2.0**-12
"""The smallest step in XNNPACK's quantizer (executorch's xnnpack_quantizer.py, `eps`). A channel
whose largest weight is below 0.031 has fewer than 8 bits. Measured on selfie_segmentation and
DeepLabV3 with the demo weights: smaller steps change no case's SNR for the better."""

DEQUANTIZE = "quantized_decomposed.dequantize_per_"


def stored(converted: fx.GraphModule, program: fx.GraphModule) -> Iterator[Stored]:
    """Every weight and bias of the layers, which both graphs have in one order; `program` is what
    torch.export gives of the float module. Its batch norms are folded here, in place."""
    _fuse_conv_bn_(program)
    ours, theirs = _layers(converted), _layers(program)
    for mine, wanted in zip(ours, theirs, strict=True):
        weight, step = _read(converted, mine.args[1])
        expected, _ = _read(program, wanted.args[1])
        yield Stored(f"{wanted.name}.weight", weight, expected, step, least=LEAST)
        if len(wanted.args) > 2 and wanted.args[2] is not None:
            bias, own = _read(converted, mine.args[2])
            yield Stored(f"{wanted.name}.bias", bias, _read(program, wanted.args[2])[0], own, False)


def _layers(graph: fx.GraphModule) -> list[fx.Node]:
    return [node for node in graph.graph.nodes if str(node.target) in LAYERS]


def _read(module: fx.GraphModule, node: Any) -> tuple[F64, F64 | None]:
    """The values, dequantized, and the step; None for float32."""
    if node.op == "get_attr":
        value: Any = reduce(getattr, str(node.target).split("."), module)
        return value.detach().double().numpy(), None
    if not str(node.target).startswith(DEQUANTIZE):
        return _read(module, node.args[0])
    data, scale, zero, *rest = node.args
    whole, _ = _read(module, data)
    axis = rest[0] if str(node.target).startswith(DEQUANTIZE + "channel") else 0
    scale, zero = (_number(module, one) for one in (scale, zero))
    step = along(scale, whole.ndim, axis)
    return (whole - along(zero, whole.ndim, axis)) * step, step


def _number(module: fx.GraphModule, value: Any) -> F64:
    if isinstance(value, fx.Node):
        value = reduce(getattr, str(value.target).split("."), module)
    if value is None:
        value = 0
    return np.asarray(value.detach() if isinstance(value, Tensor) else value, np.float64)
