"""Pooling over one to three spatial sides. coremltools also accepts `pad_type` in capitals."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from onpar.pipeline.targets.mil.operators.windows import Side, padded, sides

MAX: dict[int, Callable[..., Tensor]] = {3: F.max_pool1d, 4: F.max_pool2d, 5: F.max_pool3d}
MEAN: dict[int, Callable[..., Tensor]] = {3: F.avg_pool1d, 4: F.avg_pool2d, 5: F.avg_pool3d}
"""By the input's rank."""


def max_pool(
    x: Tensor,
    *,
    kernel_sizes: Sequence[int],
    strides: Sequence[int],
    pad_type: str,
    pad: Sequence[int],
    ceil_mode: bool,
) -> Tensor:
    found = sides(x, kernel_sizes, strides, pad_type.lower(), pad, ceil_mode)
    fitted = padded(x, _fitting(found, kernel_sizes, strides), -math.inf)
    return MAX[x.dim()](fitted, kernel_sizes, strides)


def avg_pool(
    x: Tensor,
    *,
    kernel_sizes: Sequence[int],
    strides: Sequence[int],
    pad_type: str,
    pad: Sequence[int],
    ceil_mode: bool,
    exclude_padding_from_average: bool,
) -> Tensor:
    """Padding counts as zeros unless it is excluded, and so do the elements that `ceil_mode` adds
    beyond it (semantics.py): PyTorch never counts those."""
    found = sides(x, kernel_sizes, strides, pad_type.lower(), pad, ceil_mode)
    fitting = _fitting(found, kernel_sizes, strides)
    mean = MEAN[x.dim()](padded(x, fitting, 0.0), kernel_sizes, strides)
    if not exclude_padding_from_average:
        return mean
    counted = padded(torch.ones(1, 1, *x.shape[2:]), fitting, 0.0)
    return mean / MEAN[x.dim()](counted, kernel_sizes, strides)


def l2_pool(
    x: Tensor,
    *,
    kernel_sizes: Sequence[int],
    strides: Sequence[int],
    pad_type: str,
    pad: Sequence[int],
    ceil_mode: bool,
) -> Tensor:
    found = sides(x, kernel_sizes, strides, pad_type.lower(), pad, ceil_mode)
    squares = padded(x.square(), _fitting(found, kernel_sizes, strides), 0.0)
    return (MEAN[x.dim()](squares, kernel_sizes, strides) * math.prod(kernel_sizes)).sqrt()


def _fitting(
    found: Sequence[Side], kernel: Sequence[int], strides: Sequence[int]
) -> list[tuple[int, int]]:
    """The padding before and after each side for exactly its windows; negative padding is cut
    off."""
    return [
        (one.before, (one.windows - 1) * stride + k - one.size - one.before)
        for one, k, stride in zip(found, kernel, strides, strict=True)
    ]
