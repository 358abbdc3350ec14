"""Programs with switchable layers compute what the quantizers make, with any layers in float."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
import torch
from other_models import KINDS, int8_source

from onpar.exporters import FORMATS, Source
from onpar.exporters import onnx as onnx_exporter
from onpar.exporters.quantization.layers import QUANTIZERS
from onpar.exporters.quantization.layers.switch import OTHERS, Layer, innermost, rounded

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]

LAYERS = ("first.0", "second.0", "third.0", "up", "fourth.0", "fifth.0", "scores", "mask")
"""Of the U-Net, in their order."""

NAMES = pytest.mark.parametrize("name", [*QUANTIZERS])


@pytest.fixture(autouse=True)
def engine() -> Iterator[None]:
    before = torch.backends.quantized.engine
    torch.backends.quantized.engine = FORMATS["torchscript"].engine
    yield
    torch.backends.quantized.engine = before


@cache
def float_onnx(kind: str) -> tuple[TemporaryDirectory[str], Path]:
    folder = TemporaryDirectory()
    path = Path(folder.name, "float.onnx")
    onnx_exporter.export(replace(int8_source(kind, 0), precision="fp32"), path)
    return folder, path


@cache
def source(name: str, kind: str = "u-net") -> Source:
    made = int8_source(kind, 0)
    return replace(made, file=float_onnx(kind)[1]) if QUANTIZERS[name].made_from else made


@cache
def switched(name: str, kind: str = "u-net") -> Any:
    return import_module(QUANTIZERS[name].module).switched(source(name, kind))


def exact(name: str, *float_layers: str, kind: str = "u-net") -> Callable[..., Any]:
    given = replace(source(name, kind), float_layers=float_layers)
    run: Callable[..., Any] = import_module(QUANTIZERS[name].module).exact(given)
    return run


def first(name: str, kind: str = "u-net") -> dict[str, Any]:
    return dict(next(source(name, kind).samples()))


def reference(name: str) -> list[np.ndarray]:
    floats: Any = int8_source("u-net", 0).module
    module = copy.deepcopy(floats).double()
    with torch.no_grad():
        made = module(*(torch.from_numpy(value).double() for value in first(name).values()))
    return [one.numpy() for one in made]


def error(got: Any, wanted: Any) -> float:
    """The largest of the outputs' errors relative to their RMS."""
    return max(
        float(np.sqrt(np.mean((one - other) ** 2) / np.mean(other**2)))
        for one, other in zip(got, wanted, strict=True)
    )


@NAMES
def test_without_any_it_is_the_float_model(name: str) -> None:
    program = switched(name)
    assert tuple(one.name for one in program.layers) == LAYERS
    assert [one.weights for one in program.layers][:2] == [3 * 16 * 9, 16 * 32 * 9]
    assert error(program.run(first(name), ()), reference(name)) < 1e-6


@NAMES
def test_with_all_it_is_what_the_quantizer_makes(name: str) -> None:
    made = switched(name).run(first(name), {*LAYERS, OTHERS})
    assert error(made, exact(name)(first(name))) < 1e-9
    assert 0.01 < error(made, reference(name)) < 0.1


@NAMES
def test_with_some_it_is_what_the_quantizer_makes_with_the_others_in_float(name: str) -> None:
    kept = ("fourth.0", "fifth.0")
    made = switched(name).run(first(name), {*LAYERS, OTHERS} - {*kept})
    assert error(made, exact(name, *kept)(first(name))) < 1e-9


@pytest.mark.slow
@NAMES
@pytest.mark.parametrize("kind", [*KINDS])
def test_it_is_what_the_quantizer_makes_of_other_models(name: str, kind: str) -> None:
    if (name, kind) == ("FX", "attention"):
        return  # FX cannot trace it.
    inputs, program = first(name, kind), switched(name, kind)
    names = {one.name for one in program.layers} | {OTHERS}
    made = exact(name, kind=kind)(inputs)
    assert error(program.run(inputs, names), made) < 1e-9
    kept = sorted(names - {OTHERS})[::2]
    of_quantizer = exact(name, *kept, kind=kind)(inputs)
    # onnxruntime gives a table's rows, and what a layer norm in float makes, other ranges than with
    # these in int8. So the search asks the quantizer itself in the end.
    most = 0.05 if (name, kind) == ("ONNX", "attention") else 0.015
    assert error(program.run(inputs, names - {*kept}), of_quantizer) < most


@NAMES
def test_a_layer_alone_costs_less_than_all(name: str) -> None:
    program, wanted = switched(name), reference(name)
    alone = [error(program.run(first(name), {one}), wanted) for one in LAYERS]
    assert 0.0005 < min(alone) <= max(alone) < 0.03
    assert max(alone) < error(program.run(first(name), {*LAYERS, OTHERS}), wanted)


def test_a_tensor_is_rounded_if_anything_in_int8_makes_it_or_takes_it() -> None:
    operators = {"a": {"first", OTHERS}, "b": {"first", "second"}, "c": set[str]()}
    assert rounded(operators, {"second"}) == {"b"}
    assert rounded(operators, {OTHERS}) == {"a"}
    assert rounded(operators, {"first"}) == {"a", "b"}


def test_a_module_with_layers_below_it_is_not_a_layer() -> None:
    given = [Layer("encoder", 5), Layer("encoder.0", 7), Layer("", 3), Layer("head", 2)]
    assert innermost([*given, Layer("head", 4)]) == (Layer("encoder.0", 7), Layer("head", 6))
