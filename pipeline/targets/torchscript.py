"""TorchScript in libtorch's full interpreter, in this process."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import torch
from numpy.typing import NDArray

from onpar.parity.contract.spec import Artifact
from onpar.pipeline.module.run_module import run_module
from onpar.pipeline.targets.target import Loaded, Tensors


def load(content: bytes, artifact: Artifact, threads: int) -> Loaded:
    """Load the script, with the quantized engine that it was made for: weights are packed for the
    engine during loading. It may return a dictionary, a tuple or a tensor."""
    torch.set_num_threads(threads)
    if artifact.engine:
        torch.backends.quantized.engine = artifact.engine
    script = torch.jit.load(io.BytesIO(content), map_location="cpu")

    def run(inputs: Mapping[str, NDArray[Any]]) -> Tensors:
        return run_module(script, inputs, artifact.outputs)

    engine = torch.backends.quantized.engine if artifact.engine else ""
    return Loaded(run, "torchscript", torch.__version__, engine)
