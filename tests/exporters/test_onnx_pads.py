"""onnxruntime merges a Pad of zeros into a MaxPool, which then ignores them
(microsoft/onnxruntime#24737); onpar's files name the Pad's axes, so that it does not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper
from torch import nn

from onpar.exporters import Source
from onpar.exporters.graphs.onnx_pads import keep_pads
from onpar.exporters.onnx import OPSET, export
from onpar.exporters.ort import export as export_ort
from onpar.parity.contract.spec import ModelSpec
from onpar.parity.contract.tensor_spec import TensorSpec

X = -np.arange(1, 10, dtype=np.float32).reshape(1, 1, 3, 3)

RIGHT = np.array([[-1, -2, 0], [-4, -5, 0], [0, 0, 0]], np.float32)
"""The maxima of 2×2 windows over X with a row and a column of zeros after it."""

PADDED = nn.Sequential(nn.ZeroPad2d((0, 1, 0, 1)), nn.MaxPool2d(2, 1))


def two_nodes(before: str = "") -> onnx.ModelProto:
    """Pad, MaxPool, and an operator before them, as torch writes them."""
    shape, pads = [1, 1, 3, 3], [0, 0, 0, 0, 0, 0, 1, 1]
    first = [helper.make_node(before, ["x"], ["made"])] if before else []
    nodes = [
        *first,
        helper.make_node("Pad", ["made" if before else "x", "pads"], ["padded"]),
        helper.make_node("MaxPool", ["padded"], ["y"], kernel_shape=[2, 2], strides=[1, 1]),
    ]
    x, y = (helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name in "xy")
    constants = [helper.make_tensor("pads", TensorProto.INT64, [8], pads)]
    graph = helper.make_graph(nodes, "two nodes", [x], [y], constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=10)


def ran(model: bytes) -> NDArray[np.float32]:
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    [y] = session.run(None, {"x": X})
    made: NDArray[np.float32] = y[0, 0]
    return made


def test_onnxruntime_still_merges_zeros_into_a_max_pool() -> None:
    """Where this fails it is fixed, and keep_pads may go as soon as every supported version of
    onnxruntime has the fix."""
    got = ran(two_nodes().SerializeToString())
    np.testing.assert_array_equal(got, X[0, 0])


def test_it_does_not_merge_a_pad_that_names_its_axes() -> None:
    model = two_nodes()
    keep_pads(model.graph)
    onnx.checker.check_model(model)
    np.testing.assert_array_equal(ran(model.SerializeToString()), RIGHT)


def test_a_pad_of_what_is_never_negative_is_left_as_it_is() -> None:
    model = two_nodes("Relu")
    before = model.SerializeToString()
    keep_pads(model.graph)
    assert model.SerializeToString() == before


@pytest.mark.parametrize("suffix", [".onnx", ".ort"])
def test_an_exported_model_has_its_zeros(suffix: str, tmp_path: Path) -> None:
    spec = ModelSpec("m", (TensorSpec("x", X.shape),), (TensorSpec("y", X.shape),))
    path = tmp_path / "m.onnx"
    source = Source(PADDED, None, spec, "fp32", "tensor", lambda: iter([{"x": X}]))
    export(source, path)
    if suffix == ".ort":
        export_ort(Source(None, path, spec, "fp32", "tensor", source.samples), tmp_path / "m.ort")
    got = ran(path.with_suffix(suffix).read_bytes())
    np.testing.assert_array_equal(got, RIGHT)
    np.testing.assert_array_equal(PADDED(torch.from_numpy(X))[0, 0], RIGHT)
