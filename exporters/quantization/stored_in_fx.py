"""What a module quantized by FX graph mode stores, and what the float module has."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.ao.quantization.quantize_fx import fuse_fx

from onpar.exporters.quantization.exact.arithmetic import F64, along
from onpar.exporters.quantization.held import Stored


def stored(converted: nn.Module, module: nn.Module) -> Iterator[Stored]:
    """Every weight and bias of the layers of the converted module; `module` is float, in eval mode,
    with its batch norms, which are folded here."""
    fused = dict(fuse_fx(copy.deepcopy(module)).named_modules())
    for name, layer in converted.named_modules():
        wanted: Any = fused.get(name)
        if isinstance(wanted, nn.Sequential) and len(wanted):
            wanted = wanted[0]  # A convolution and what was fused behind it.
        if wanted is None or not callable(getattr(layer, "weight", None)):
            continue
        weight: Tensor = layer.weight()
        values, step = dequantized(weight)
        yield Stored(f"{name}.weight", values, _array(wanted.weight), step)
        bias = layer.bias() if callable(getattr(layer, "bias", None)) else None
        if isinstance(bias, Tensor) and wanted.bias is not None:
            yield Stored(f"{name}.bias", _array(bias), _array(wanted.bias), None, own=False)


def dequantized(weight: Tensor) -> tuple[F64, F64]:
    """The values of a quantized tensor, and its steps, as f64."""
    whole = weight.int_repr().double().numpy()
    if weight.qscheme() in (torch.per_channel_affine, torch.per_channel_symmetric):
        axis = weight.q_per_channel_axis()
        scale = along(weight.q_per_channel_scales().numpy(), whole.ndim, axis)
        zero = along(weight.q_per_channel_zero_points().numpy(), whole.ndim, axis)
    else:
        scale, zero = (np.asarray(float(v)) for v in (weight.q_scale(), weight.q_zero_point()))
    return (whole - zero) * scale, scale


def _array(value: Tensor) -> NDArray[np.float64]:
    values: NDArray[np.float64] = value.detach().double().numpy()
    return values
