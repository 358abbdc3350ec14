"""PyTorch's lite interpreter, that of the mobile runtimes, in this process."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import torch
from numpy.typing import NDArray
from torch.jit.mobile import _load_for_lite_interpreter

from onpar.parity.contract.spec import Artifact
from onpar.pipeline.module.run_module import run_module
from onpar.pipeline.targets.target import Loaded, Tensors


def load(content: bytes, artifact: Artifact, threads: int) -> Loaded:
    """Load the bytecode, with the quantized engine that it was made for."""
    torch.set_num_threads(threads)
    if artifact.engine:
        torch.backends.quantized.engine = artifact.engine
    module = _load_for_lite_interpreter(io.BytesIO(content))

    def run(inputs: Mapping[str, NDArray[Any]]) -> Tensors:
        return run_module(module, inputs, artifact.outputs)

    engine = torch.backends.quantized.engine if artifact.engine else ""
    return Loaded(run, "lite-interpreter", torch.__version__, engine)
