"""Reductions over some axes, over all where there are none."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from pipeline.targets.mil.values import as_type


def reduce_argmax(x: Tensor, *, axis: int, keep_dims: bool, output_dtype: str = "int32") -> Tensor:
    """Of equal values the first, which Core ML does not promise."""
    return as_type(x.argmax(axis, keep_dims), output_dtype)


def reduce_argmin(x: Tensor, *, axis: int, keep_dims: bool, output_dtype: str = "int32") -> Tensor:
    """Of equal values the first, which Core ML does not promise."""
    return as_type(x.argmin(axis, keep_dims), output_dtype)


def reduce_l1_norm(x: Tensor, *, axes: Sequence[int] | None = None, keep_dims: bool) -> Tensor:
    return x.abs().sum(_all(x, axes), keep_dims)


def reduce_l2_norm(x: Tensor, *, axes: Sequence[int] | None = None, keep_dims: bool) -> Tensor:
    return x.square().sum(_all(x, axes), keep_dims).sqrt()


def reduce_log_sum(x: Tensor, *, axes: Sequence[int] | None = None, keep_dims: bool) -> Tensor:
    return x.sum(_all(x, axes), keep_dims).log()


def reduce_log_sum_exp(x: Tensor, *, axes: Sequence[int] | None = None, keep_dims: bool) -> Tensor:
    return x.float().logsumexp(_all(x, axes), keep_dims)


def reduce_max(x: Tensor, *, axes: Sequence[int] | None = None, keep_dims: bool) -> Tensor:
    return x.amax(_all(x, axes), keep_dims)


def reduce_mean(x: Tensor, *, axes: Sequence[int] | None = None, keep_dims: bool) -> Tensor:
    return x.float().mean(_all(x, axes), keep_dims)


def reduce_min(x: Tensor, *, axes: Sequence[int] | None = None, keep_dims: bool) -> Tensor:
    return x.amin(_all(x, axes), keep_dims)


def reduce_prod(x: Tensor, *, axes: Sequence[int] | None = None, keep_dims: bool) -> Tensor:
    for axis in sorted((axis % x.dim() for axis in _all(x, axes)), reverse=True):
        x = torch.prod(x, axis, keep_dims)
    return x


def reduce_sum(x: Tensor, *, axes: Sequence[int] | None = None, keep_dims: bool) -> Tensor:
    return x.sum(_all(x, axes), keep_dims)


def reduce_sum_square(x: Tensor, *, axes: Sequence[int] | None = None, keep_dims: bool) -> Tensor:
    return x.square().sum(_all(x, axes), keep_dims)


def _all(x: Tensor, axes: Sequence[int] | None) -> tuple[int, ...]:
    return tuple(range(x.dim())) if axes is None else tuple(axes)
