"""Io `image` for ONNX: the float32 file with normalisation before it, and after it the steps to a
class of each pixel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnx.utils import Extractor

from onpar.exporters import Source
from onpar.exporters.graphs.image_io import image_specs, steps_around
from onpar.parity.contract.chain import tensor_specs
from onpar.parity.contract.steps.argmax import Argmax
from onpar.parity.contract.steps.sigmoid import Sigmoid
from onpar.parity.contract.steps.softmax import Softmax
from onpar.parity.contract.steps.step import Step
from onpar.parity.contract.steps.threshold import Threshold
from onpar.parity.contract.tensor_spec import TensorSpec

NORMALISED = "pixels/normalised"
"""The name of the model's new input; no module's parameter can have it."""


def from_pixels(source: Source) -> onnx.ModelProto:
    """The float32 ONNX artifact, with a photo's pixels as input and the class map or the mask as
    output.

    The arithmetic and its order are those of `image_io.FromPixels`. ONNX's ArgMax also gives the
    first of equal values. Exporting that module again would take ten times as long.
    """
    assert source.file is not None
    by, follows = steps_around(source.model)
    [input_name], [output] = by.makes, follows[0].takes
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
    before = [
        _node("Cast", [taken.name], "pixels/float", to=TensorProto.FLOAT),
        _node("Transpose", ["pixels/float"], "pixels/planes", perm=[2, 0, 1]),
        _node("Unsqueeze", ["pixels/planes", "pixels/axis"], "pixels/batch"),
        _node("Div", ["pixels/batch", "pixels/levels"], "pixels/share"),
        _node("Sub", ["pixels/share", "pixels/mean"], "pixels/centred"),
        _node("Div", ["pixels/centred", "pixels/std"], NORMALISED),
    ]
    after, specs = list[onnx.NodeProto](), tensor_specs(source.model)
    for step in follows:
        after += _after(step, after[-1].output[0] if after else output, specs, added)
    after.append(_node("Cast", [after[-1].output[0]], given.name, to=TensorProto.UINT8))
    graph.initializer.extend(numpy_helper.from_array(v, name) for name, v in added.items())
    whole = [*before, *graph.node, *after]
    del graph.node[:], graph.input[:], graph.output[:]
    graph.node.extend(whole)
    for value, spec in ((graph.input, taken), (graph.output, given)):
        value.append(helper.make_tensor_value_info(spec.name, TensorProto.UINT8, spec.shape))
    return model


def _after(
    step: Step, taken: str, specs: Mapping[str, TensorSpec], added: dict[str, NDArray[Any]]
) -> list[onnx.NodeProto]:
    """The operators of a step after the network; its constants are added to `added`."""
    name = f"pixels/{step.makes[0]}"
    if isinstance(step, Softmax):
        return [_node("Softmax", [taken], name, axis=step.axis)]
    if isinstance(step, Sigmoid):
        return [_node("Sigmoid", [taken], name)]
    if isinstance(step, Threshold):
        added["pixels/above"] = np.array(step.above, np.float32)
        added["pixels/size"] = np.array(specs[step.makes[0]].shape, np.int64)
        return [
            _node("Greater", [taken, "pixels/above"], f"{name}/batch"),
            _node("Reshape", [f"{name}/batch", "pixels/size"], name),
        ]
    assert isinstance(step, Argmax)
    return [
        _node("ArgMax", [taken], f"{name}/batch", axis=1, keepdims=0),
        _node("Squeeze", [f"{name}/batch", "pixels/axis"], name),
    ]


def _node(operator: str, inputs: list[str], output: str, **attributes: Any) -> onnx.NodeProto:
    return helper.make_node(operator, inputs, [output], name=output, **attributes)
