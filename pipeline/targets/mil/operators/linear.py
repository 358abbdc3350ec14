"""Products of matrices."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor


def linear(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """Without a bias, coremltools adds one of zeros."""
    return _product(x, weight.T) + bias


def matmul(x: Tensor, y: Tensor, *, transpose_x: bool, transpose_y: bool) -> Tensor:
    left = x.mT if transpose_x and x.dim() > 1 else x
    right = y.mT if transpose_y and y.dim() > 1 else y
    return _product(left, right)


def einsum(values: Sequence[Tensor], *, equation: str) -> Tensor:
    return torch.einsum(equation, *values)


def scaled_dot_product_attention(
    query: Tensor, key: Tensor, value: Tensor, attn_mask: Tensor | None = None
) -> Tensor:
    scores = query @ key.mT / math.sqrt(query.shape[-1])
    if attn_mask is not None:
        if attn_mask.dtype == torch.bool:
            attn_mask = torch.zeros(attn_mask.shape).masked_fill(~attn_mask, -math.inf)
        scores = scores + attn_mask
    return torch.softmax(scores, -1) @ value


def _product(x: Tensor, y: Tensor) -> Tensor:
    """From iOS 17 on, the two may have different types."""
    dtype = torch.promote_types(x.dtype, y.dtype)
    return x.to(dtype) @ y.to(dtype)
