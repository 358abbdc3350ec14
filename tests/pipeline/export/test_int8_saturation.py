"""onnxruntime's int8 on a processor without VNNI: sums saturate unless it is told to be exact."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from artifacts import artifacts
from onnx import TensorProto, helper, numpy_helper

from onpar.pipeline import host
from onpar.pipeline.capture.capture_job import Runs
from onpar.pipeline.capture.captures import plan_captures
from onpar.pipeline.errors import OnparError
from onpar.pipeline.evaluate.subjects import read_subjects
from onpar.pipeline.host import saturates_int8
from onpar.pipeline.paths import Build
from onpar.pipeline.recipes import load_recipe
from onpar.pipeline.targets import onnxruntime as target

CHANNELS, SIDE = 64, 8


def largest() -> bytes:
    """A convolution in QDQ form whose sums are the largest that there are: 64 × 255 × 127."""
    named = {
        "weights": np.full((1, CHANNELS, 1, 1), 127, np.int8),
        "one": np.float32(1),
        "whole": np.float32(CHANNELS * 255 * 127 / 255),
        "zero": np.uint8(0),
        "none": np.int8(0),
    }
    nodes = [
        helper.make_node("QuantizeLinear", ["x", "one", "zero"], ["x8"]),
        helper.make_node("DequantizeLinear", ["x8", "one", "zero"], ["xf"]),
        helper.make_node("DequantizeLinear", ["weights", "one", "none"], ["wf"]),
        helper.make_node("Conv", ["xf", "wf"], ["sum"]),
        helper.make_node("QuantizeLinear", ["sum", "whole", "zero"], ["y8"]),
        helper.make_node("DequantizeLinear", ["y8", "whole", "zero"], ["y"]),
    ]
    floats = TensorProto.FLOAT
    graph = helper.make_graph(
        nodes,
        "largest",
        [helper.make_tensor_value_info("x", floats, (1, CHANNELS, SIDE, SIDE))],
        [helper.make_tensor_value_info("y", floats, (1, 1, SIDE, SIDE))],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in named.items()],
    )
    opset = [helper.make_opsetid("", 18)]
    return bytes(helper.make_model(graph, opset_imports=opset, ir_version=9).SerializeToString())


GIVEN = {"x": np.full((1, CHANNELS, SIDE, SIDE), 255, np.float32)}
EXPECTED = CHANNELS * 255 * 127


def test_the_target_adds_exactly_on_every_processor(wide_build: Path) -> None:
    _, artifact = artifacts(wide_build)["onnx-int8-tensor"]
    got = target.load(largest(), artifact, 1).run(GIVEN)["y"]
    np.testing.assert_allclose(got, EXPECTED, rtol=1e-6)


def test_a_processor_is_said_to_saturate_where_it_does() -> None:
    onnx.checker.check_model(onnx.load_from_string(largest()))
    session = onnxruntime.InferenceSession(largest(), providers=["CPUExecutionProvider"])
    [got] = session.run(None, GIVEN)
    assert saturates_int8() is bool(got.max() < 0.9 * EXPECTED)


@pytest.mark.parametrize("saturates", [True, False])
def test_an_ort_of_int8_is_not_run_where_sums_saturate_and_says_why(
    wide_build: Path, monkeypatch: pytest.MonkeyPatch, saturates: bool
) -> None:
    monkeypatch.setattr(host, "saturates_int8", lambda: saturates)
    made = artifacts(wide_build)
    recipe = load_recipe(made["ort-int8-tensor"][1].options)
    files = {name: made[name][0] for name in ("ort-int8-tensor", "ort-fp32-tensor")}
    planned = plan_captures(recipe, files, {}, ["onnxruntime"], Runs(), Build(wide_build))
    refused = {one.variant: one.refused for one in planned}
    assert refused["ort-fp32-tensor"] == ""
    assert ("has no VNNI" in refused["ort-int8-tensor"]) is saturates


def test_an_ort_of_int8_is_not_evaluated_where_sums_saturate(
    wide_build: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tolerance measured there would allow what no phone computes."""
    path, _ = artifacts(wide_build)["ort-int8-tensor"]
    monkeypatch.setattr(host, "saturates_int8", lambda: False)
    assert [one.path for one in read_subjects([path])] == [path]
    monkeypatch.setattr(host, "saturates_int8", lambda: True)
    with pytest.raises(OnparError, match=r"has no VNNI, .*: compare that file instead") as refused:
        read_subjects([path])
    assert path.name in str(refused.value)
