"""TorchScript in libtorch's full interpreter, in this process."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import torch
from numpy.typing import NDArray

from parity.spec import Artifact
from pipeline.run_module import run_module
from pipeline.targets import Loaded, Tensors


def load(content: bytes, artifact: Artifact, threads: int) -> Loaded:
    """Load the script. What it returns may be a dictionary, a tuple or a tensor."""
    torch.set_num_threads(threads)
    script = torch.jit.load(io.BytesIO(content), map_location="cpu")  # type: ignore[no-untyped-call]

    def run(inputs: Mapping[str, NDArray[Any]]) -> Tensors:
        return run_module(script, inputs, artifact.model.outputs)

    return Loaded(run, "torchscript", torch.__version__)
