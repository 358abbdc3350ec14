"""onnxruntime's static quantization in QDQ form: int8 ONNX."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from numpy.typing import NDArray
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,
)
from onnxruntime.quantization.shape_inference import quant_pre_process

from exporters import Source


class _Samples(CalibrationDataReader):  # type: ignore[misc]
    def __init__(self, samples: Iterator[Mapping[str, NDArray[Any]]]) -> None:
        self.samples = samples

    def get_next(self) -> dict[str, NDArray[Any]] | None:
        sample = next(self.samples, None)
        return None if sample is None else dict(sample)


def quantize(source: Source, path: Path) -> None:
    """Write the float32 ONNX artifact with int8 operators, calibrated on every sample.

    Activations u8, weights s8 a channel: of the four combinations the one that onnxruntime has
    fast kernels for on x86 with VNNI and on ARM (measured on DeepLabV3-ResNet50: 0.31 s a run,
    s8 activations 1.1 s).
    """
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        simplified = Path(folder, "simplified.onnx")
        quant_pre_process(source.file, simplified, skip_symbolic_shape=True)
        quantize_static(
            simplified,
            path,
            _Samples(source.samples()),
            quant_format=QuantFormat.QDQ,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            per_channel=True,
            calibrate_method=CalibrationMethod.MinMax,
        )
