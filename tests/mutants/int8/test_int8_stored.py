"""The static check names every int8 program with one layer stored wrongly, and no honest one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import reduce
from pathlib import Path
from typing import Any

import onnx
import pytest
import torch
from onnx import numpy_helper
from onnxruntime.quantization import quantize_static
from other_models import KINDS, int8_source
from planted_int8 import LAYERS, Plant, float_onnx, of_fx, of_onnx, of_pt2e, source
from torch import Tensor, fx, nn
from torch.ao.quantization.quantize_fx import convert_fx
from torchao.quantization.pt2e.quantize_pt2e import convert_pt2e
from wrong_stored import WRONG

from onpar.exporters import onnx as onnx_exporter
from onpar.exporters.errors import ExportError
from onpar.exporters.pte import OBSERVER, quantizer
from onpar.exporters.quantization import (
    fx_int8,
    held,
    onnx_int8,
    pt2e_int8,
    stored_in_pt2e,
)

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]

PLANTED = pytest.mark.parametrize("plant", [of_onnx, of_fx, of_pt2e], ids=["ONNX", "FX", "PT2E"])


def check_each_layer(plant: Plant, layers: Iterable[int]) -> None:
    for name, change in WRONG.items():
        for at in layers:
            one = plant(change, at)
            found = list(held.faults(one.stored))
            assert bool(found) == one.other, f"{name}, layer {at}: {found}"


@PLANTED
def test_a_layer_that_is_stored_wrongly_is_named(plant: Plant) -> None:
    check_each_layer(plant, (0, 5))


@pytest.mark.slow
@PLANTED
def test_every_layer_that_is_stored_wrongly_is_named(plant: Plant) -> None:
    check_each_layer(plant, range(LAYERS))


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

    def converted_pt2e(prepared: fx.GraphModule, **options: bool) -> Any:
        layer: Any = next(n for n in prepared.graph.nodes if str(n.target) in stored_in_pt2e.LAYERS)
        node = layer.args[1].args[0] if part == "weight" else layer.args[2]
        value: Any = reduce(getattr, str(node.target).split("."), prepared)
        with torch.no_grad():
            value.copy_(change(value))
        return convert_pt2e(prepared, **options)

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
