"""`float_layers`: every quantizer keeps the named layers, and only those, in float32."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from onnx import TensorProto
from other_models import int8_source
from torch import nn

from onpar.exporters import Source
from onpar.exporters import onnx as onnx_exporter
from onpar.exporters import pte as pte_exporter
from onpar.exporters import torchscript as torchscript_exporter
from onpar.exporters.pte import OBSERVER, quantizer
from onpar.exporters.quantization import pt2e_int8, stored_in_pt2e
from onpar.exporters.tracing.module_names import as_built, below, module_of
from onpar.pipeline.module.binding import bound
from onpar.pipeline.recipes.recipe import Recipe
from onpar.pipeline.targets.onnxruntime import session_options

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]

KEPT = ("fourth", "scores")
"""Of the U-Net: a block of a convolution, a batch norm and an activation; and a convolution."""

SHAPES = {(32, 64, 3, 3), (5, 16, 1, 1)}
"""Of their weights; no other layer has one of these."""


@cache
def source() -> Source:
    return replace(int8_source("u-net", 0), float_layers=KEPT)


def test_onnxruntimes_quantizer_keeps_them(tmp_path: Path) -> None:
    plain, small = tmp_path / "float.onnx", tmp_path / "int8.onnx"
    onnx_exporter.export(replace(source(), precision="fp32"), plain)
    onnx_exporter.export(replace(source(), file=plain), small)
    weights = [one for one in onnx.load(small).graph.initializer if len(one.dims) == 4]
    kinds = {one.name: one.data_type for one in weights}
    floats = {name for name, kind in kinds.items() if kind == TensorProto.FLOAT}
    assert floats == {"module.fourth.0.weight", "module.scores.weight"}
    assert sorted(kinds.values()).count(TensorProto.INT8) == 6


def test_onnxruntime_does_not_quantize_them_when_it_loads_the_file(tmp_path: Path) -> None:
    """A convolution in float between quantized tensors: it would, per tensor."""
    plain, small, loaded = (tmp_path / f"{name}.onnx" for name in ("float", "int8", "loaded"))
    onnx_exporter.export(replace(source(), precision="fp32"), plain)
    onnx_exporter.export(replace(source(), file=plain), small)
    levels = onnxruntime.GraphOptimizationLevel
    made = []
    for level in (levels.ORT_DISABLE_ALL, levels.ORT_ENABLE_BASIC):
        options = session_options(1)
        options.graph_optimization_level = level
        options.optimized_model_filepath = str(loaded)
        session = onnxruntime.InferenceSession(str(small), options)
        made.append(session.run(["scores"], dict(next(iter(source().samples()))))[0])
    kinds = {one.name: one.data_type for one in onnx.load(loaded).graph.initializer}
    assert kinds["module.scores.weight"] == TensorProto.FLOAT
    # A value near a tie may be rounded otherwise.
    assert np.isclose(made[0], made[1], atol=1e-5).mean() > 0.99


def test_fx_keeps_them(tmp_path: Path) -> None:
    path = tmp_path / "small.pt"
    torchscript_exporter.export(source(), path)
    nodes = [*torch.jit.load(path).graph.nodes()]
    tensors = [
        one.t("value")
        for one in nodes
        if one.output().type().kind() == "TensorType" and one.hasAttribute("value")
    ]
    assert {tuple(one.shape) for one in tensors if one.ndim == 4} == SHAPES
    kinds = [one.kind() for one in nodes]
    assert kinds.count("quantized::conv2d") + kinds.count("quantized::conv_transpose2d") == 6


def test_pt2e_keeps_them(tmp_path: Path) -> None:
    path = tmp_path / "small.pte"
    pte_exporter.export(source(), path)
    module: Any = source().module
    content = path.read_bytes()
    # A convolution of one pixel is stored in any layout of the same bytes.
    assert module.scores.weight.numpy().tobytes() in content
    assert module.mask.weight.numpy().tobytes() not in content
    small: Any = pt2e_int8.quantized(source(), quantizer(OBSERVER))
    for node in small.graph.nodes:
        if str(node.target) in stored_in_pt2e.LAYERS:
            _, step = stored_in_pt2e._read(small, node.args[1])
            assert (step is None) == below(module_of(node.meta), KEPT), module_of(node.meta)


def test_operators_below_a_named_module_stay_in_float_too(tmp_path: Path) -> None:
    """The activation of a block: with its layer in int8, onnxruntime quantizes its result."""
    plain, small = tmp_path / "float.onnx", tmp_path / "int8.onnx"
    onnx_exporter.export(replace(source(), precision="fp32"), plain)
    rounded = []
    for names in ((), KEPT):
        given = replace(source(), file=plain, float_layers=names)
        onnx_exporter.export(given, small)
        nodes = onnx.load(small).graph.node
        rounded.append({one.input[0] for one in nodes if one.op_type == "QuantizeLinear"})
    module = {
        one.value: node.output[0]
        for node in onnx.load(plain).graph.node
        for one in node.metadata_props
        if node.op_type == "Sigmoid"
    }
    inside, outside = module["fourth.2"], module["fifth.2"]
    assert {inside, outside} <= rounded[0]
    assert inside not in rounded[1] and outside in rounded[1]


class Two(nn.Module):
    """Its inputs are not in the recipe's order, so that another module is put around it."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.first, self.second = nn.Linear(8, 4), nn.Linear(6, 4)

    def forward(self, a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
        added: torch.Tensor = self.first(a) + self.second(b)
        return added


def test_names_are_those_of_build_where_inputs_are_bound_by_name(tmp_path: Path) -> None:
    from onpar.parity.contract.spec import ModelSpec, RecipeOptions
    from onpar.parity.contract.tensor_spec import TensorSpec

    specs = (TensorSpec("b", (1, 6)), TensorSpec("a", (1, 8)))
    model = ModelSpec("two", specs, (TensorSpec("scores", (1, 4)),))
    draw = np.random.default_rng(0)
    sample = {one.name: draw.normal(size=one.shape).astype("f4") for one in specs}
    recipe = Recipe(RecipeOptions("two"), model, Two, inputs={"one": sample})
    module = bound(Two().eval().requires_grad_(False), recipe)
    assert not isinstance(module, Two)
    given = Source(
        module, None, model, "int8", "tensor", lambda: iter([sample]), float_layers=("first",)
    )
    plain, small = tmp_path / "float.onnx", tmp_path / "int8.onnx"
    onnx_exporter.export(replace(given, precision="fp32"), plain)
    onnx_exporter.export(replace(given, file=plain), small)
    floats = {
        tuple(one.dims)
        for one in onnx.load(small).graph.initializer
        if one.data_type == TensorProto.FLOAT and len(one.dims) == 2
    }
    assert floats == {(4, 8)}
    program: Any = pt2e_int8.quantized(given, quantizer(OBSERVER))
    steps = {
        module_of(node.meta): stored_in_pt2e._read(program, node.args[1])[1] is None
        for node in program.graph.nodes
        if str(node.target) in stored_in_pt2e.LAYERS
    }
    assert steps == {"first": True, "second": False}
    script = tmp_path / "small.pt"
    torchscript_exporter.export(given, script)
    kinds = [one.kind() for one in torch.jit.load(script).graph.nodes()]
    assert kinds.count("quantized::linear") == kinds.count("aten::linear") == 1


def test_a_module_is_named_as_in_build_whatever_is_around_it() -> None:
    assert as_built("module.head.0") == as_built("module.bound_module.head.0") == "head.0"
    assert as_built("head.0", in_order=False) == "head.0"
    assert as_built("module.module.head") == "module.head"
    assert as_built("module") == as_built("module.bound_module") == ""
    assert below("head.0", ("head",)) and not below("header", ("head",))
