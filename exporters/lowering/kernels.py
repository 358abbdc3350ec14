"""The kernels of ExecuTorch's runtime itself, for operators that no delegate takes."""

from __future__ import annotations

import ctypes
from pathlib import Path

import executorch
from executorch.runtime import Runtime

QUANTIZED = "libexecutorch_kernels_quantized"
"""The library with the kernels of `quantized_decomposed`. Apps link it together with the portable
kernels; Python's runtime does not have them until it is loaded."""


def kernels() -> set[str]:
    """The names of the runtime's kernels, including the quantized ones, which this loads into this
    process's runtime."""
    [library] = (Path(next(iter(executorch.__path__))) / "lib").glob(f"{QUANTIZED}.*")
    ctypes.CDLL(str(library))
    names: set[str] = Runtime.get().operator_registry.operator_names
    return names
