"""int8 models that are really wrong: each function alters a QDQ model of onnxruntime in place.

A weight `w` is stored as `w_quantized` i8 [out, …] with `w_scale` f32 [out], a scale a channel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from onpar.parity.contract.capture import Tensor

Change = Callable[[onnx.ModelProto], None]


def layers(model: onnx.ModelProto) -> list[str]:
    """The convolutions' weights, first to last."""
    stored = {one.name for one in model.graph.initializer}
    names = (name for node in model.graph.node for name in node.input)
    weights = dict.fromkeys(n.removesuffix("_quantized") for n in names if n in stored)
    return [n for n in weights if f"{n}_quantized" in stored and n.endswith(".weight")]


def weights_as_unsigned(model: onnx.ModelProto) -> None:
    """The stored i8 weights of all layers are read as u8."""
    for layer in layers(model):
        for end in ("quantized", "zero_point"):
            _replace(model, f"{layer}_{end}", lambda values: values.view(np.uint8))


def activation_as_signed(model: onnx.ModelProto) -> None:
    """The quantized photo, u8, is read as i8, its zero point likewise."""
    [photo] = (one for one in _nodes(model, "QuantizeLinear") if one.input[0] == "image")
    [read] = (one for one in _nodes(model, "DequantizeLinear") if one.input[0] == photo.output[0])
    [zero] = (one for one in model.graph.initializer if one.name == photo.input[2])
    signed = numpy_helper.to_array(zero).view(np.int8)
    model.graph.initializer.append(numpy_helper.from_array(signed, "signed_zero"))
    cast = helper.make_node("Cast", [photo.output[0]], ["signed"], to=TensorProto.INT8)
    read.input[0], read.input[2] = "signed", "signed_zero"
    model.graph.node.insert(list(model.graph.node).index(photo) + 1, cast)


def tile_lost(scores: Tensor) -> Tensor:
    """One 32×32 tile that was never written."""
    damaged = scores.copy()
    damaged[..., 32:64, 64:96] = 0
    return damaged


def classes_shifted(scores: Tensor) -> Tensor:
    """The scores of every class stand under the next one."""
    return np.roll(scores, 1, axis=1)


def twice_normalised(sample: Mapping[str, Tensor], mean: Tensor, std: Tensor) -> dict[str, Tensor]:
    """A calibration sample f32 [1, 3, h, w] that was normalised once more."""
    again = (v.reshape(1, 3, 1, 1).astype(np.float32) for v in (mean, std))
    shift, scale = again
    return {name: (value - shift) / scale for name, value in sample.items()}


def _nodes(model: onnx.ModelProto, operator: str) -> Iterator[onnx.NodeProto]:
    return (node for node in model.graph.node if node.op_type == operator)


def _replace(model: onnx.ModelProto, name: str, change: Callable[[Tensor], Tensor]) -> None:
    [tensor] = (one for one in model.graph.initializer if one.name == name)
    tensor.CopyFrom(numpy_helper.from_array(change(numpy_helper.to_array(tensor)), name))
