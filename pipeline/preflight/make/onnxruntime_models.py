"""Tiny models for every opset, IR version and ORT format version, to test a runtime."""

from __future__ import annotations

import shutil
from pathlib import Path

import onnx
import onnxruntime
from onnx import TensorProto, helper

DOMAINS = {"ai.onnx": 40, "ai.onnx.ml": 10, "com.microsoft": 3}
"""By domain, the highest opset that is tried."""
IR = 20
ORT = 9
OPSET, OLD_IR = 12, 7
"""Versions that every onnxruntime here supports, for the rest of each model."""


def write(folder: Path) -> None:
    """Write `FOLDER/<domain>/<opset>.onnx`, `FOLDER/ir/<version>.onnx`, `FOLDER/ort/<n>.ort`."""
    shutil.rmtree(folder, ignore_errors=True)
    for domain, highest in DOMAINS.items():
        for opset in range(1, highest + 1):
            _save(_model({"ai.onnx": OPSET} | {domain: opset}), folder / domain / f"{opset}.onnx")
    for version in range(1, IR + 1):
        _save(_model({"ai.onnx": OPSET}, version), folder / "ir" / f"{version}.onnx")
    _write_ort(folder / "ort")


def _model(opsets: dict[str, int], version: int = OLD_IR) -> onnx.ModelProto:
    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 2]) for name in "xy"]
    graph = helper.make_graph(
        [helper.make_node("Relu", ["x"], ["y"])], "relu", values[:1], values[1:]
    )
    imports = [
        helper.make_opsetid("" if domain == "ai.onnx" else domain, opset)
        for domain, opset in opsets.items()
    ]
    return helper.make_model(graph, opset_imports=imports, ir_version=version)


def _save(model: onnx.ModelProto, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(model.SerializeToString())


def _write_ort(folder: Path) -> None:
    """One model in ORT's format, with its version, a string of one digit, set to each number."""
    folder.mkdir(parents=True)
    path = folder / "0.ort"
    options = onnxruntime.SessionOptions()
    options.optimized_model_filepath = str(path)
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.add_session_config_entry("session.save_model_format", "ORT")
    content = _model({"ai.onnx": OPSET}).SerializeToString()
    onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    made = path.read_bytes()
    path.unlink()
    # A FlatBuffers string: its length in 4 bytes, its text, a NUL.
    [digit] = [n for n in range(ORT + 1) if made.count(_string(n)) == 1]
    for version in range(1, ORT + 1):
        (folder / f"{version}.ort").write_bytes(made.replace(_string(digit), _string(version)))


def _string(number: int) -> bytes:
    return b"\1\0\0\0" + str(number).encode() + b"\0"
