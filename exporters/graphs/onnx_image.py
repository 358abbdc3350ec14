"""Io `image` for ONNX: the float32 file with normalisation before it and arg-max after it."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnx.utils import Extractor

from onpar.exporters import Source
from onpar.exporters.graphs.image_io import constants, image_specs

NORMALISED = "pixels/normalised"
"""The name of the model's new input; no module's parameter can have it."""


def from_pixels(source: Source) -> onnx.ModelProto:
    """The float32 ONNX artifact, with a photo's pixels as input and the class map as output.

    The arithmetic and its order are those of `image_io.FromPixels`. ONNX's ArgMax also gives the
    first of equal values. Exporting that module again would take ten times as long.
    """
    assert source.file is not None
    by, output = constants(source.model)
    [input_name] = by.makes
    taken, given = image_specs(source.model, "onnx")
    model = Extractor(onnx.load(source.file)).extract_model([input_name], [output])
    graph = model.graph
    for node in graph.node:
        node.input[:] = [NORMALISED if name == input_name else name for name in node.input]
    added: dict[str, NDArray[Any]] = {
        "pixels/axis": np.array([0], np.int64),
        "pixels/levels": np.array(255, np.float32),
        "pixels/mean": np.array(by.mean, np.float32).reshape(1, 3, 1, 1),
        "pixels/std": np.array(by.std, np.float32).reshape(1, 3, 1, 1),
    }
    graph.initializer.extend(numpy_helper.from_array(v, name) for name, v in added.items())
    before = [
        _node("Cast", [taken.name], "pixels/float", to=TensorProto.FLOAT),
        _node("Transpose", ["pixels/float"], "pixels/planes", perm=[2, 0, 1]),
        _node("Unsqueeze", ["pixels/planes", "pixels/axis"], "pixels/batch"),
        _node("Div", ["pixels/batch", "pixels/levels"], "pixels/share"),
        _node("Sub", ["pixels/share", "pixels/mean"], "pixels/centred"),
        _node("Div", ["pixels/centred", "pixels/std"], NORMALISED),
    ]
    after = [
        _node("ArgMax", [output], "classmap/batch", axis=1, keepdims=0),
        _node("Squeeze", ["classmap/batch", "pixels/axis"], "classmap/int64"),
        _node("Cast", ["classmap/int64"], given.name, to=TensorProto.UINT8),
    ]
    whole = [*before, *graph.node, *after]
    del graph.node[:], graph.input[:], graph.output[:]
    graph.node.extend(whole)
    for value, spec in ((graph.input, taken), (graph.output, given)):
        value.append(helper.make_tensor_value_info(spec.name, TensorProto.UINT8, spec.shape))
    return model


def _node(operator: str, inputs: list[str], output: str, **attributes: Any) -> onnx.NodeProto:
    return helper.make_node(operator, inputs, [output], name=output, **attributes)
