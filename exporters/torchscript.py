"""TorchScript `.pt`: scripted, then frozen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from parity.spec import TensorSpec


def export(
    module: nn.Module, inputs: Mapping[str, Tensor], outputs: Sequence[TensorSpec], path: Path
) -> tuple[str, ...]:
    """Write a script that takes the inputs in their order and returns what the module returns.

    Freezing drops the modes of `interpolate` that scripting inlines: without it the file asks for
    operators that libtorch 1.13.1, the last mobile runtimes' neighbour, does not know
    (`aten::_upsample_lanczos2d_aa`).
    """
    script = torch.jit.freeze(torch.jit.script(module))
    script.save(str(path))
    operators: list[str] = torch.jit.export_opnames(script)  # type: ignore[no-untyped-call]
    return tuple(sorted(operators))
