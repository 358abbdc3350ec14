"""The static check names every int8 program with one layer stored wrongly, and no honest one."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache, reduce
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from onnx import numpy_helper
from onnxruntime.quantization import quantize_static
from other_models import KINDS, int8_source
from torch import Tensor, fx, nn
from torch.ao.quantization.quantize_fx import convert_fx
from torchao.quantization.pt2e.quantize_pt2e import convert_pt2e
from wrong_stored import WRONG, Change, Layer

from onpar.exporters import Source
from onpar.exporters import onnx as onnx_exporter
from onpar.exporters.errors import ExportError
from onpar.exporters.lowering.program import exported
from onpar.exporters.pte import OBSERVER, quantizer
from onpar.exporters.quantization import (
    fx_int8,
    held,
    onnx_int8,
    pt2e_int8,
    stored_in_fx,
    stored_in_onnx,
    stored_in_pt2e,
)
from onpar.exporters.quantization.held import Stored

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]

KIND = "u-net"
"""Convolutions, a transposed one, skips."""


Planted = Callable[[Change, int], tuple[bool, list[Stored]]]
"""Change a layer: whether it is then another one, and what the program stores."""


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


def of_onnx(change: Change, at: int) -> tuple[bool, list[Stored]]:
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
    other = unlike(before, after)
    return other, list(stored_in_onnx.stored(model, onnx.load_from_string(float_onnx())))


@cache
def int8_fx() -> Any:
    return fx_int8.quantized(source())


def of_fx(change: Change, at: int) -> tuple[bool, list[Stored]]:
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
    return unlike(before, after), list(stored_in_fx.stored(module, floats))


@cache
def int8_pt2e() -> Any:
    return pt2e_int8.quantized(source(), quantizer(OBSERVER))


def of_pt2e(change: Change, at: int) -> tuple[bool, list[Stored]]:
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
    return unlike(before, after), list(stored_in_pt2e.stored(module, float_program()))


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

PLANTED = pytest.mark.parametrize("planted", [of_onnx, of_fx, of_pt2e], ids=["ONNX", "FX", "PT2E"])


def check_each_layer(planted: Planted, layers: Iterable[int]) -> None:
    for name, change in WRONG.items():
        for at in layers:
            other, stored = planted(change, at)
            found = list(held.faults(stored))
            assert bool(found) == other, f"{name}, layer {at}: {found}"


@PLANTED
def test_a_layer_that_is_stored_wrongly_is_named(planted: Planted) -> None:
    check_each_layer(planted, (0, 5))


@pytest.mark.slow
@PLANTED
def test_every_layer_that_is_stored_wrongly_is_named(planted: Planted) -> None:
    check_each_layer(planted, range(LAYERS))


def halved(weight: Tensor) -> Tensor:
    """A layer that is half as strong."""
    return weight.detach() / 2


def one_class_up(bias: Tensor) -> Tensor:
    changed = bias.detach().clone()
    changed[0] += 1
    return changed


@pytest.mark.parametrize(("part", "change"), [("weight", halved), ("bias", one_class_up)])
def test_what_changes_between_calibration_and_conversion_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, part: str, change: Callable[[Tensor], Tensor]
) -> None:
    def converted_fx(prepared: fx.GraphModule) -> Any:
        layer = next(one for one in prepared.modules() if isinstance(one, nn.Conv2d))
        setattr(layer, part, nn.Parameter(change(getattr(layer, part))))
        return convert_fx(prepared)

    def converted_pt2e(prepared: fx.GraphModule) -> Any:
        layer: Any = next(n for n in prepared.graph.nodes if str(n.target) in stored_in_pt2e.LAYERS)
        node = layer.args[1].args[0] if part == "weight" else layer.args[2]
        value: Any = reduce(getattr, str(node.target).split("."), prepared)
        with torch.no_grad():
            value.copy_(change(value))
        return convert_pt2e(prepared)

    def quantized_static(simplified: Path, *more: Any, **options: Any) -> None:
        model = onnx.load(simplified)
        for one in model.graph.initializer:
            if (one.name in ("first.0.weight", "module.first.0.weight") and part == "weight") or (
                one.name.endswith("first.0.weight_bias") and part == "bias"
            ):
                values = torch.from_numpy(numpy_helper.to_array(one).copy())
                one.CopyFrom(numpy_helper.from_array(change(values).numpy(), one.name))
        onnx.save(model, simplified)
        quantize_static(simplified, *more, **options)

    monkeypatch.setattr(fx_int8, "convert_fx", converted_fx)
    monkeypatch.setattr(pt2e_int8, "convert_pt2e", converted_pt2e)
    monkeypatch.setattr(onnx_int8, "quantize_static", quantized_static)
    plain = tmp_path / "float.onnx"
    plain.write_bytes(float_onnx())
    for make, variant in (
        (lambda: fx_int8.quantized(source()), "torchscript-int8"),
        (lambda: pt2e_int8.quantized(source(), quantizer(OBSERVER)), "pte-int8"),
        (
            lambda: onnx_int8.quantize(replace(source(), file=plain), tmp_path / "small.onnx"),
            "onnx-int8",
        ),
    ):
        with pytest.raises(ExportError) as refused:
            make()
        said = str(refused.value)
        assert said.startswith("the quantizer stored something else than the model has: ")
        assert f'left_out={{"{variant}": "why"}}' in said and part in said


@pytest.mark.slow
@pytest.mark.parametrize("kind", [*KINDS])
def test_no_honest_program_is_named(kind: str, tmp_path: Path) -> None:
    honest = int8_source(kind, 1)
    plain = tmp_path / "float.onnx"
    onnx_exporter.export(replace(honest, precision="fp32"), plain)
    onnx_int8.quantize(replace(honest, file=plain), tmp_path / "small.onnx")
    pt2e_int8.quantized(honest, quantizer(OBSERVER))
    if kind != "attention":  # FX cannot trace it.
        fx_int8.quantized(honest)
