"""ExecuTorch's runtime in this process: XNNPACK, and its own kernels for what falls back."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import numpy as np
import torch
from executorch.extension.pybindings import portable_lib
from executorch.runtime import Program, Runtime
from numpy.typing import NDArray

from onpar.exporters.lowering.kernels import kernels
from onpar.parity.contract.spec import Artifact
from onpar.pipeline.errors import OnparError
from onpar.pipeline.targets import Loaded, Tensors

METHOD = "forward"
"""What a module's `forward` is called in its program."""


def load(content: bytes, artifact: Artifact, threads: int) -> Loaded:
    """Load the program and make its method ready: here XNNPACK packs the weights.

    `threads` is the size of the pool that XNNPACK and the runtime's kernels share; with 0 it is
    ExecuTorch's choice, the processor's cores. Raises OnparError for what is no whole program.
    """
    kernels()
    if threads:
        portable_lib._unsafe_reset_threadpool(threads)
    program = _loaded(content, artifact.file)
    names = [spec.name for spec in artifact.outputs]

    def run(inputs: Mapping[str, NDArray[Any]]) -> Tensors:
        given = tuple(torch.from_numpy(np.ascontiguousarray(value)) for value in inputs.values())
        # Asked of the program each time: the method alone does not keep it, nor its bytes, alive.
        results = program.load_method(METHOD).execute(given)
        arrays = (np.asarray(value.numpy()) for value in results)
        return dict(zip(names, arrays, strict=True))

    return Loaded(run, "executorch", version("executorch"))


def _loaded(content: bytes, name: str) -> Program:
    try:
        program = Runtime.get().load_program(content)
        program.load_method(METHOD)
    except (RuntimeError, KeyError) as error:
        raise OnparError(
            f"{name}: ExecuTorch cannot load it ({error}); export it again with `onpar export`"
        ) from error
    return program
