"""ExecuTorch `.pte` without a delegate: the portable kernels, which any processor runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from onpar.exporters import Source
from onpar.exporters.graphs.exported import exported
from onpar.exporters.lowering.program import write
from onpar.exporters.program import Written

aten = torch.ops.aten


def export(source: Source, path: Path) -> Written:
    """Write one file that includes the weights; inputs and outputs are in the recipe's order.

    Raises ExportError as `write` does.
    """
    program = exported(source).run_decompositions(dict(SIDE_BY_SIDE))
    return Written(write(program, [], path, "pte_portable"))


def _mean(x: Tensor, dims: Sequence[int] | None, keepdim: bool = False, **of: Any) -> Tensor:
    """The mean over several sides, one side after another.

    The portable kernels add up one number after another in float32, so the error grows with the
    count. Over the 2,500 numbers of a 50×50 map it changed the scores of DeepLabV3-MobileNetV3 by
    8.8 times the noise floor (400×400, demo weights, 8 are allowed); over 50 and then 50 by 1.4
    times.
    """
    sides = sorted((d % x.dim() for d in dims or range(x.dim())), reverse=True)
    if len(sides) < 2:
        return NotImplemented  # type: ignore[no-any-return]
    for side in sides:
        x = aten.mean.dim(x, [side], keepdim, **of)
    return x


def _pooled(x: Tensor, size: Sequence[int]) -> Tensor:
    if list(size) != [1, 1]:
        return NotImplemented  # type: ignore[no-any-return]
    return _mean(x, (-2, -1), True)


SIDE_BY_SIDE: dict[Any, Callable[..., Tensor]] = {
    aten.mean.dim: _mean,
    aten.adaptive_avg_pool2d.default: _pooled,
}
"""Decompositions that compute each mean over one side at a time."""
