"""What a QDQ graph of onnxruntime stores, and what the float graph has that it was made from."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

from onpar.exporters.quantization.exact.arithmetic import along
from onpar.exporters.quantization.held import Stored

SUFFIX = "_quantized"
"""What onnxruntime appends to the name of a weight that it quantizes
(onnxruntime/quantization/quant_utils.py)."""


def stored(quantized: onnx.ModelProto, wanted: onnx.ModelProto) -> Iterator[Stored]:
    """Every weight and bias of the QDQ graph whose float values `wanted`, the float graph, has."""
    constants, floats = _constants(quantized), _constants(wanted)
    for node in quantized.graph.node:
        if node.op_type != "DequantizeLinear" or node.input[0] not in constants:
            continue
        name = node.input[0].removesuffix(SUFFIX)
        if name not in floats:
            continue
        data, scale = constants[node.input[0]], constants[node.input[1]]
        zero = constants[node.input[2]] if len(node.input) > 2 else np.zeros((), data.dtype)
        axis = next((one.i for one in node.attribute if one.name == "axis"), 1)
        step = along(scale, data.ndim, axis)
        values = (data.astype(np.float64) - along(zero, data.ndim, axis)) * step
        yield Stored(
            name, values, floats[name].astype(np.float64), step, own=data.dtype != np.int32
        )


def _constants(model: onnx.ModelProto) -> dict[str, NDArray[np.generic]]:
    return {one.name: numpy_helper.to_array(one) for one in model.graph.initializer}
