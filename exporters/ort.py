"""ONNX Runtime's own `.ort`, for mobile: the ONNX file with its graph optimised ahead of time."""

from __future__ import annotations

import tempfile
from pathlib import Path

from onnxruntime.tools.convert_onnx_models_to_ort import (
    OptimizationStyle,
    convert_onnx_models_to_ort,
)

from onpar.exporters import Source
from onpar.exporters.graphs.ort_order import in_order
from onpar.exporters.program import Written


def export(source: Source, path: Path) -> Written:
    """Convert the ONNX artifact with onnxruntime's own tool, with only the optimisations that every
    processor supports: a phone would not load those for this machine (NCHWc)."""
    assert source.file is not None
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        convert_onnx_models_to_ort(
            source.file,
            output_dir=Path(folder),
            optimization_styles=[OptimizationStyle.Fixed],
            target_platform="arm",
        )
        converted = Path(folder, source.file.with_suffix(".ort").name)
        path.write_bytes(in_order(converted.read_bytes()))
        [listed] = Path(folder).glob("*.required_operators.config")
        return Written(_operators(listed.read_text(encoding="utf-8")))


def _operators(config: str) -> tuple[str, ...]:
    """The operators of a required_operators.config: lines of `domain;opset;Name,Name,…`."""
    found = set()
    for line in config.splitlines():
        if line and not line.startswith(("#", "!")):
            domain, _, names = line.split(";")
            found |= {f"{domain}::{name}" for name in names.split(",")}
    return tuple(sorted(found))
