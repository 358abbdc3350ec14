"""ONNX Runtime's CPU provider, in this process: `.onnx` and `.ort`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import onnxruntime
from numpy.typing import NDArray

from onpar.parity.contract.spec import Artifact
from onpar.pipeline.host import saturates_int8
from onpar.pipeline.targets.target import Loaded, Tensors

EXACT_INT8_OPTION = ("session.x64quantprecision", "1")
"""Option for sums of int8 without saturation, as on phones, for an x86 processor without VNNI.
Measured on a scene with the demo weights at 96×160: 22.4 dB from float without it, 28.2 with it,
27.7 without any integer kernel. With VNNI it changes no bit and takes 2.4 times as long (ResNet-50,
400×400: 709 ms against 292). onnxruntime does not support it for an `.ort`."""


def session_options(threads: int) -> onnxruntime.SessionOptions:
    """All graph optimisations, the default in apps."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    if saturates_int8():
        options.add_session_config_entry(*EXACT_INT8_OPTION)
    return options


def load(content: bytes, artifact: Artifact, threads: int) -> Loaded:
    """Create a session from the file's bytes."""
    options = session_options(threads)
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]

    def run(inputs: Mapping[str, NDArray[Any]]) -> Tensors:
        return dict(zip(names, session.run(names, dict(inputs)), strict=True))

    return Loaded(run, "onnxruntime", onnxruntime.__version__, session.get_providers()[0])
