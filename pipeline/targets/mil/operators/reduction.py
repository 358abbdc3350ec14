"""Reductions over some axes, by default over all; an empty list of axes leaves the shape.

Means, roots and logarithms of integers are computed in float64, which holds every int32."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from onpar.pipeline.targets.mil.values import as_type, exact


def reduce_argmax(x: Tensor, *, axis: int, keep_dims: bool, output_dtype: str = "int32") -> Tensor:
    """The first of equal values, which Core ML does not promise."""
    return as_type(x.argmax(axis, keep_dims), output_dtype)


def reduce_argmin(x: Tensor, *, axis: int, keep_dims: bool, output_dtype: str = "int32") -> Tensor:
    """The first of equal values, which Core ML does not promise."""
    return as_type(x.argmin(axis, keep_dims), output_dtype)


def reduce_l1_norm(x: Tensor, *, axes: Sequence[int] | None = None, keep_dims: bool) -> Tensor:
    return _over(torch.sum, x.abs(), axes, keep_dims)


def reduce_l2_norm(x: Tensor, *, axes: Sequence[int] | None = None, keep_dims: bool) -> Tensor:
    return _over(torch.sum, exact(x).square(), axes, keep_dims).sqrt()


def reduce_log_sum(x: Tensor, *, axes: Sequence[int] | None = None, keep_dims: bool) -> Tensor:
    return _over(torch.sum, exact(x), axes, keep_dims).log()


def reduce_log_sum_exp(x: Tensor, *, axes: Sequence[int] | None = None, keep_dims: bool) -> Tensor:
    return _over(torch.logsumexp, exact(x), axes, keep_dims)


def reduce_max(x: Tensor, *, axes: Sequence[int] | None = None, keep_dims: bool) -> Tensor:
    return _over(torch.amax, x, axes, keep_dims)


def reduce_mean(x: Tensor, *, axes: Sequence[int] | None = None, keep_dims: bool) -> Tensor:
    return _over(torch.mean, exact(x), axes, keep_dims)


def reduce_min(x: Tensor, *, axes: Sequence[int] | None = None, keep_dims: bool) -> Tensor:
    return _over(torch.amin, x, axes, keep_dims)


def reduce_prod(x: Tensor, *, axes: Sequence[int] | None = None, keep_dims: bool) -> Tensor:
    return _over(_product, x, axes, keep_dims)


def reduce_sum(x: Tensor, *, axes: Sequence[int] | None = None, keep_dims: bool) -> Tensor:
    return _over(torch.sum, x, axes, keep_dims)


def reduce_sum_square(x: Tensor, *, axes: Sequence[int] | None = None, keep_dims: bool) -> Tensor:
    return _over(torch.sum, x.square(), axes, keep_dims)


def _product(x: Tensor, axes: tuple[int, ...], keep_dims: bool) -> Tensor:
    for axis in sorted((axis % x.dim() for axis in axes), reverse=True):
        x = torch.prod(x, axis, keep_dims)
    return x


def _over(
    reduce: Callable[..., Tensor], x: Tensor, axes: Sequence[int] | None, keep_dims: bool
) -> Tensor:
    if axes is None:
        return reduce(x, tuple(range(x.dim())), keep_dims)
    if not axes:  # PyTorch takes an empty list as all axes.
        return reduce(x.unsqueeze(0), (0,), False)
    return reduce(x, tuple(axes), keep_dims)
