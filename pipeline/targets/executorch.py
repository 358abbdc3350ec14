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
from onpar.pipeline.targets.target import Loaded, Tensors

METHOD = "forward"
"""The name of a module's `forward` in its program."""


def load(content: bytes, artifact: Artifact, threads: int) -> Loaded:
    """Load the program and initialise its method: here XNNPACK packs the weights.

    `threads` is the size of the thread pool of XNNPACK and the runtime's kernels; with 0 it is
    ExecuTorch's default, the number of cores. Raises OnparError if it is not a complete program.
    """
    kernels()
    if threads:
        portable_lib._unsafe_reset_threadpool(threads)
    program = _loaded(content, artifact.file)
    names = [spec.name for spec in artifact.outputs]

    def run(inputs: Mapping[str, NDArray[Any]]) -> Tensors:
        given = tuple(torch.from_numpy(np.ascontiguousarray(value)) for value in inputs.values())
        # Called on the program each time: the method alone keeps neither it nor its bytes alive.
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
