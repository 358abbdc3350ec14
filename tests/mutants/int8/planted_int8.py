"""int8 programs of a U-Net by three quantizers, and each with one layer changed."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, reduce
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from other_models import int8_source
from torch import fx
from wrong_stored import Change, Layer

from onpar.exporters import Source
from onpar.exporters import onnx as onnx_exporter
from onpar.exporters.graphs.exported import exported
from onpar.exporters.pte import OBSERVER, quantizer
from onpar.exporters.quantization import (
    fx_int8,
    onnx_int8,
    pt2e_int8,
    stored_in_fx,
    stored_in_onnx,
    stored_in_pt2e,
)
from onpar.exporters.quantization.held import Stored

KIND = "u-net"
"""Convolutions, a transposed one, skips."""


@dataclass(frozen=True)
class Planted:
    """A program with a changed layer: whether that is now another one, the changed graph or module,
    and what it stores."""

    other: bool
    program: Any
    stored: list[Stored]


Plant = Callable[[Change, int], Planted]
"""Changes a layer, by its index."""


@cache
def source() -> Source:
    return int8_source(KIND, 0)


@cache
def float_onnx() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder, "float.onnx")
        onnx_exporter.export(replace(source(), precision="fp32"), path)
        return path.read_bytes()


@cache
def int8_onnx() -> bytes:
    with TemporaryDirectory() as folder:
        plain, small = Path(folder, "float.onnx"), Path(folder, "int8.onnx")
        plain.write_bytes(float_onnx())
        onnx_int8.quantize(replace(source(), file=plain), small)
        return small.read_bytes()


def of_onnx(change: Change, at: int) -> Planted:
    model = onnx.load_from_string(int8_onnx())
    tensors = {one.name: one for one in model.graph.initializer}
    name = [one for one in tensors if one.endswith("weight_quantized")][at]
    name = name.removesuffix("_quantized")
    bias = f"{name.removesuffix('weight')}bias_quantized"
    bias = bias if bias in tensors else f"{name}_bias_quantized"
    keys = (f"{name}_quantized", f"{name}_scale", bias)
    weight, scales, whole = (numpy_helper.to_array(tensors[key]) for key in keys)
    step = numpy_helper.to_array(tensors[f"{bias}_scale"]).astype(np.float64)
    before = Layer(weight, scales, whole * step)
    after = change(before)
    stored = (after.weight, after.scales.astype("f4"), np.rint(after.bias / step).astype("i4"))
    for key, values in zip(keys, stored, strict=True):
        tensors[key].CopyFrom(numpy_helper.from_array(np.ascontiguousarray(values), key))
    found = stored_in_onnx.stored(model, onnx.load_from_string(float_onnx()))
    return Planted(unlike(before, after), model, list(found))


@cache
def int8_fx() -> Any:
    return fx_int8.quantized(source())


def of_fx(change: Change, at: int) -> Planted:
    module = copy.deepcopy(int8_fx())
    layer = [one for one in module.modules() if hasattr(one, "set_weight_bias")][at]
    weight, bias = layer.weight(), layer.bias()
    each = weight.qscheme() == torch.per_channel_affine
    scales = weight.q_per_channel_scales().numpy() if each else np.array([weight.q_scale()])
    before = Layer(weight.int_repr().numpy(), scales, bias.detach().double().numpy())
    after = change(before)
    whole, steps = torch.from_numpy(np.ascontiguousarray(after.weight)), after.scales
    if each:
        zero = weight.q_per_channel_zero_points()
        given = (torch.from_numpy(steps), zero, weight.q_per_channel_axis())
        changed = torch._make_per_channel_quantized_tensor(whole, *given)
    else:
        changed = torch._make_per_tensor_quantized_tensor(whole, float(steps[0]), 0)
    layer.set_weight_bias(changed, torch.from_numpy(after.bias).float())
    floats = source().module
    assert floats is not None
    return Planted(unlike(before, after), module, list(stored_in_fx.stored(module, floats)))


@cache
def int8_pt2e() -> Any:
    return pt2e_int8.quantized(source(), quantizer(OBSERVER))


def of_pt2e(change: Change, at: int) -> Planted:
    module = copy.deepcopy(int8_pt2e())
    layers = [n for n in module.graph.nodes if str(n.target) in stored_in_pt2e.LAYERS]
    weight, scales, bias = places(layers[at])
    read = (reduce(getattr, name.split("."), module) for name in (weight, scales, bias))
    before = Layer(*(value.detach().numpy() for value in read))
    after = change(before)
    for name, values in ((weight, after.weight), (scales, after.scales), (bias, after.bias)):
        *path, last = name.split(".")
        tensor = torch.from_numpy(np.ascontiguousarray(values))
        holder = reduce(getattr, path, module)
        delattr(holder, last)
        setattr(holder, last, tensor)
    found = stored_in_pt2e.stored(module, float_program())
    return Planted(unlike(before, after), module, list(found))


@cache
def float_program() -> Any:
    return exported(source()).module()


def places(layer: fx.Node) -> tuple[str, str, str]:
    """The names of a layer's weight, its scales and its bias."""
    dequantize, bias = layer.args[1], layer.args[2]
    assert isinstance(dequantize, fx.Node) and isinstance(bias, fx.Node)
    weight, scales = dequantize.args[:2]
    assert isinstance(weight, fx.Node) and isinstance(scales, fx.Node)
    return str(weight.target), str(scales.target), str(bias.target)


def unlike(before: Layer, after: Layer) -> bool:
    pairs = (
        (before.weight, after.weight),
        (before.scales, after.scales),
        (before.bias, after.bias),
    )
    return not all(np.array_equal(one, other) for one, other in pairs)


LAYERS = 8
"""Of the U-Net that have a bias of their own or a folded batch norm's."""
