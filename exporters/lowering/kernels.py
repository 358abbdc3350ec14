"""The kernels that ExecuTorch's runtime has of its own, for what no delegate takes."""

from __future__ import annotations

import ctypes
from pathlib import Path

import executorch
from executorch.runtime import Runtime

QUANTIZED = "libexecutorch_kernels_quantized"
"""The library with the kernels of `quantized_decomposed`, which apps link besides the portable
ones; Python's runtime leaves them out until it is loaded."""


def kernels() -> set[str]:
    """The names of the runtime's kernels, the quantized ones included; from then on they are in
    this process's runtime."""
    [library] = (Path(next(iter(executorch.__path__))) / "lib").glob(f"{QUANTIZED}.*")
    ctypes.CDLL(str(library))
    names: set[str] = Runtime.get().operator_registry.operator_names
    return names
