"""New tensors, and tensors sorted, counted or summed along an axis."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from onpar.pipeline.targets.mil.values import as_type


def fill(shape: Tensor, *, value: float) -> Tensor:
    return torch.full(shape.tolist(), value)


def fill_like(ref_tensor: Tensor, *, value: float) -> Tensor:
    return torch.full(ref_tensor.shape, value)


def one_hot(
    indices: Tensor,
    one_hot_vector_size: Tensor,
    *,
    axis: int,
    on_value: float,
    off_value: float,
) -> Tensor:
    classes = torch.arange(int(one_hot_vector_size))
    hot = torch.where(indices.unsqueeze(-1) == classes, on_value, off_value)
    return hot.movedim(-1, axis)


def range_1d(
    end: Tensor, start: Tensor, step: Tensor, *, declared: Sequence[int | None] | None
) -> Tensor:
    """With the number of elements in the program: coremltools computes it in the numbers' own
    precision."""
    [count] = declared or [None]
    if count is not None:
        return start + step * torch.arange(count)
    return torch.from_numpy(np.arange(start.numpy(), end.numpy(), step.numpy()))


def band_part(x: Tensor, *, lower: int, upper: int) -> Tensor:
    m, n = x.shape[-2:]
    below = torch.arange(m).view(-1, 1) - torch.arange(n)
    band = ((below <= lower) | (lower < 0)) & ((-below <= upper) | (upper < 0))
    return torch.where(band, x, torch.zeros((), dtype=x.dtype))


def cumsum(x: Tensor, *, axis: int, exclusive: bool, reverse: bool) -> Tensor:
    ordered = x.flip(axis) if reverse else x
    summed = ordered.cumsum(axis)
    if exclusive:
        summed = summed - ordered
    return summed.flip(axis) if reverse else summed


def non_zero(x: Tensor) -> Tensor:
    return x.nonzero()


def argsort(x: Tensor, *, axis: int, ascending: bool) -> Tensor:
    """Equal values stay in order, which Core ML does not promise."""
    return x.argsort(dim=axis, descending=not ascending, stable=True)


def topk(
    x: Tensor,
    *,
    k: int,
    axis: int,
    ascending: bool,
    sort: bool = True,
    return_indices: bool = True,
    output_indices_dtype: str = "int32",
) -> Tensor | tuple[Tensor, Tensor]:
    """Always sorted: without `sort` any order is allowed. Equal values stay in order."""
    count = x.shape[axis] if k == -1 else k
    values, indices = x.sort(dim=axis, descending=not ascending, stable=True)
    values, indices = values.narrow(axis, 0, count), indices.narrow(axis, 0, count)
    return (values, as_type(indices, output_indices_dtype)) if return_indices else values
