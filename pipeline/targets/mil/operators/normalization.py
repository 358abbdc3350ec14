"""Normalisations."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F


def batch_norm(
    x: Tensor,
    mean: Tensor,
    variance: Tensor,
    gamma: Tensor | None = None,
    beta: Tensor | None = None,
    *,
    epsilon: float,
) -> Tensor:
    return F.batch_norm(x, mean, variance, gamma, beta, eps=epsilon)


def instance_norm(
    x: Tensor, gamma: Tensor | None = None, beta: Tensor | None = None, *, epsilon: float
) -> Tensor:
    """Computed here: PyTorch's own function refuses a single element, which is its own mean."""
    over = tuple(range(2, x.dim()))
    variance, mean = torch.var_mean(x, over, correction=0, keepdim=True)
    normal = (x - mean) / (variance + epsilon).sqrt()
    channels = [-1, *[1] * len(over)]
    scaled = normal if gamma is None else normal * gamma.view(channels)
    return scaled if beta is None else scaled + beta.view(channels)


def l2_norm(x: Tensor, *, epsilon: float) -> Tensor:
    """Over the last three axes."""
    return x / (x.square().sum((-3, -2, -1), keepdim=True) + epsilon).sqrt()


def layer_norm(
    x: Tensor,
    gamma: Tensor | None = None,
    beta: Tensor | None = None,
    *,
    axes: Sequence[int],
    epsilon: float,
) -> Tensor:
    over = sorted(axis % x.dim() for axis in axes)
    if over == list(range(x.dim() - len(over), x.dim())):
        return F.layer_norm(x, x.shape[over[0] :], gamma, beta, epsilon)
    shape = [side if axis in over else 1 for axis, side in enumerate(x.shape)]
    off = x - x.mean(over, keepdim=True)
    normal = off / (off.square().mean(over, keepdim=True) + epsilon).sqrt()
    scaled = normal if gamma is None else normal * gamma.view(shape)
    return scaled if beta is None else scaled + beta.view(shape)


def local_response_norm(x: Tensor, *, size: int, alpha: float, beta: float, k: float) -> Tensor:
    """Over `size` channels around each; for an even size with one more before it, as in PyTorch."""
    return F.local_response_norm(x, size, alpha, beta, k)
