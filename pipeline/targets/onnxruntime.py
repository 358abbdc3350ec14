"""ONNX Runtime's CPU provider, in this process: `.onnx` and `.ort`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import onnxruntime
from numpy.typing import NDArray

from parity.spec import Artifact
from pipeline.targets import Loaded, Tensors


def load(content: bytes, artifact: Artifact, threads: int) -> Loaded:
    """Make a session with every graph optimisation, as apps do by default."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]

    def run(inputs: Mapping[str, NDArray[Any]]) -> Tensors:
        return dict(zip(names, session.run(names, dict(inputs)), strict=True))

    return Loaded(run, "onnxruntime", onnxruntime.__version__, session.get_providers()[0])
