"""Exported models that are really wrong: each function alters an ONNX model in place.

The weights' names are those of torchvision's DeepLabV3 on MobileNetV3-Large, batch norms folded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

Array = NDArray[np.float32]


def _change(model: onnx.ModelProto, name: str, change: Callable[[Array], None]) -> None:
    [tensor] = (one for one in model.graph.initializer if one.name == name)
    values = numpy_helper.to_array(tensor).copy()
    change(values)
    tensor.CopyFrom(numpy_helper.from_array(values, name))


def one_weight(model: onnx.ModelProto) -> None:
    """One weight of the 11 million has lost its sign: the largest of the last convolution."""

    def change(values: Array) -> None:
        values.flat[np.abs(values).argmax()] *= -1

    _change(model, "module.classifier.4.weight", change)


def lost_channel(model: onnx.ModelProto) -> None:
    """One channel of a folded batch norm in the middle of the backbone is gone."""

    def change(values: Array) -> None:
        values[3] = 0

    for end in ("weight", "weight_bias"):
        _change(model, f"module.backbone.7.block.0.0.{end}", change)


def half_precision(model: onnx.ModelProto) -> None:
    """Weights that went through float16 on their way."""

    def change(values: Array) -> None:
        values[...] = values.astype(np.float16)

    for tensor in list(model.graph.initializer):
        if tensor.data_type == onnx.TensorProto.FLOAT:
            _change(model, tensor.name, change)


def corners_aligned(model: onnx.ModelProto) -> None:
    """The last upsampling aligns corners, as TensorFlow's and older exporters' do."""
    [mode] = (
        attribute
        for attribute in model.graph.node[-1].attribute
        if attribute.name == "coordinate_transformation_mode"
    )
    mode.s = b"align_corners"


def padded_at_the_end(model: onnx.ModelProto) -> None:
    """The first convolution pads below and right only, as TensorFlow's SAME does at stride 2."""
    [pads] = (one for one in model.graph.node[0].attribute if one.name == "pads")
    pads.ints[:] = [0, 0, 1, 1]


def dropout_left_on(model: onnx.ModelProto) -> None:
    """The head's Dropout(0.5) still in training mode: a random half is zero, the rest doubled.

    (onnxruntime's own Dropout does nothing, whatever mode the model asks for.)
    """
    after = next(n for n in model.graph.node if "module.classifier.1.weight" in n.input)
    two = numpy_helper.from_array(np.array(2, np.float32), "two")
    model.graph.initializer.append(two)
    given, make = after.input[0], onnx.helper.make_node
    # Uniform over 0–2, rounded down: 0 or 1.
    nodes = (
        make("RandomUniformLike", [given], ["uniform"], "uniform", high=2.0),
        make("Floor", ["uniform"], ["kept"], "kept"),
        make("Mul", ["kept", "two"], ["scale"], "scale"),
        make("Mul", [given, "scale"], ["dropped"], "dropped"),
    )
    at = list(model.graph.node).index(after)
    for offset, node in enumerate(nodes):
        model.graph.node.insert(at + offset, node)
    after.input[0] = "dropped"


def other_epsilon(weights: Mapping[str, Array]) -> Callable[[onnx.ModelProto], None]:
    """Batch norms folded with PyTorch's default epsilon 1e-5 instead of MobileNetV3's 1e-3."""

    def change(model: onnx.ModelProto) -> None:
        for tensor in list(model.graph.initializer):
            stem, _, index = tensor.name.removesuffix(".weight").rpartition(".")
            norm = f"{stem.removeprefix('module.')}.{int(index) + 1}" if index.isdigit() else ""
            if not norm.startswith("backbone") or f"{norm}.running_var" not in weights:
                continue
            variance, shift = weights[f"{norm}.running_var"], weights[f"{norm}.bias"]
            ratio = np.sqrt((variance + 1e-3) / (variance + 1e-5)).astype(np.float32)

            def scale(values: Array, ratio: Array = ratio) -> None:
                values *= ratio.reshape(-1, *[1] * (values.ndim - 1))

            def move(values: Array, ratio: Array = ratio, shift: Array = shift) -> None:
                values[:] = shift + (values - shift) * ratio

            _change(model, tensor.name, scale)
            _change(model, tensor.name + "_bias", move)

    return change
