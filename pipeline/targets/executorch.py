"""ExecuTorch's runtime in this process: XNNPACK, and the portable kernels for what falls back."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import numpy as np
import torch
from executorch.extension.pybindings import portable_lib
from executorch.runtime import Runtime
from numpy.typing import NDArray

from exporters.executorch_kernels import kernels
from parity.spec import Artifact
from pipeline.targets import Loaded, Tensors


def load(content: bytes, artifact: Artifact, threads: int) -> Loaded:
    """Load the program's only method. XNNPACK packs the weights here, so `threads` (0: as many as
    ExecuTorch takes, which are the processor's cores) is set before."""
    kernels()
    if threads:
        portable_lib._unsafe_reset_threadpool(threads)
    program = Runtime.get().load_program(content)
    program.load_method("forward")
    names = [spec.name for spec in artifact.outputs]

    def run(inputs: Mapping[str, NDArray[Any]]) -> Tensors:
        given = tuple(torch.from_numpy(np.ascontiguousarray(value)) for value in inputs.values())
        # The program, and its bytes, must live as long as the method, which holds neither.
        results = program.load_method("forward").execute(given)
        arrays = (np.asarray(value.numpy()) for value in results)
        return dict(zip(names, arrays, strict=True))

    return Loaded(run, "executorch", version("executorch"))
