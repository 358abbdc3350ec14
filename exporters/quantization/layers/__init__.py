"""Quantized programs whose layers can be computed in float, one by one: a file for each quantizer.

Each has `switched(source)`, the program of a whole model in int8, and `exact(source)`, what the
quantizer makes of a source with `float_layers`. Both calibrate once and compute in float64.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Quantizer:
    """A quantizer: the module with its programs, the variant that its source's file is, empty for
    the weights, and the formats whose int8 files it makes."""

    module: str
    made_from: str
    formats: tuple[str, ...]


QUANTIZERS = {
    "FX": Quantizer("onpar.exporters.quantization.layers.fx_layers", "", ("torchscript",)),
    "ONNX": Quantizer(
        "onpar.exporters.quantization.layers.onnx_layers", "onnx-fp32-tensor", ("onnx",)
    ),
    "PT2E": Quantizer("onpar.exporters.quantization.layers.pt2e_layers", "", ("pte", "coreml")),
}
"""By name, as in docs/quantization.md."""
