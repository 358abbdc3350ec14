"""onnxruntime's static quantization in QDQ form: int8 ONNX."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import onnx
import onnx_ir
from numpy.typing import NDArray
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,
)
from onnxruntime.quantization.shape_inference import quant_pre_process

from onpar.exporters import Source
from onpar.exporters.graphs.onnx_floats import keep_floats
from onpar.exporters.graphs.onnx_modules import in_float, modules_of
from onpar.exporters.quantization import held
from onpar.exporters.quantization.stored_in_onnx import stored

OBSERVERS: dict[str, tuple[CalibrationMethod, dict[str, float]]] = {
    "min-max": (CalibrationMethod.MinMax, {}),
    "percentile": (CalibrationMethod.Percentile, {"CalibPercentile": 99.99}),
    "entropy": (CalibrationMethod.Entropy, {}),
}
"""The ways to get an activation's range from its calibration values, by onnxruntime's names."""

OBSERVER = "percentile"


class _Samples(CalibrationDataReader):  # type: ignore[misc]
    """The samples. `set_range` says how many come next: one, so that the model's values for only
    one sample are in memory."""

    def __init__(self, samples: Iterator[Mapping[str, NDArray[Any]]]) -> None:
        self.samples = list(samples)
        self.next = self.end = 0

    def __len__(self) -> int:
        return len(self.samples)

    def set_range(self, start_index: int, end_index: int) -> None:
        self.next, self.end = start_index, end_index

    def get_next(self) -> dict[str, NDArray[Any]] | None:
        if self.next == self.end:
            return None
        self.next += 1
        return dict(self.samples[self.next - 1])


def quantize(source: Source, path: Path, observer: str = OBSERVER) -> None:
    """Write the float32 ONNX artifact with int8 operators, calibrated on every sample.

    Activations are u8, weights s8 per channel: of the four combinations, the one with fast kernels
    in onnxruntime on x86 with VNNI and on ARM (measured on DeepLabV3-ResNet50: 0.31 s a run, with
    s8 activations 1.1 s). `observer` is one of OBSERVERS; bench/quantization.py compares them.
    `source.float_layers` stay as they are. Raises ExportError if it stored something else than the
    float32 file has.
    """
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        converted(source, path, Path(folder, "simplified.onnx"), observer)
    held.check(stored(onnx.load(path), onnx.load(str(source.file))), "onnx-int8")


def converted(source: Source, path: Path, simplified: Path, observer: str = OBSERVER) -> None:
    """Write the float32 artifact with fused operators to `simplified`, and that with int8 ones,
    unchecked, to `path`."""
    method, options = OBSERVERS[observer]
    quant_pre_process(source.file, simplified, skip_symbolic_shape=True)
    modules = modules_of(onnx.load(str(source.file)))
    quantize_static(
        simplified,
        path,
        _Samples(source.samples()),
        quant_format=QuantFormat.QDQ,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        per_channel=True,
        nodes_to_exclude=[*in_float(modules, onnx.load(simplified).graph, source.float_layers)],
        calibrate_method=method,
        # Despite its name, this collects a range of samples at a time for every method.
        extra_options={"CalibStridedMinMax": 1, **options},
    )
    model = onnx.load(path)
    count = len(model.graph.node)
    keep_floats(model.graph)
    # onnxruntime's quantizer ignores what the body of a Loop or an If uses from outside it (an
    # embedding bag's table).
    has_bodies = any(
        one.type == onnx.AttributeProto.GRAPH for n in model.graph.node for one in n.attribute
    )
    if has_bodies or len(model.graph.node) > count:
        sorted_model = onnx_ir.from_proto(model)
        sorted_model.graph.sort()
        onnx.save(onnx_ir.to_proto(sorted_model), path)
