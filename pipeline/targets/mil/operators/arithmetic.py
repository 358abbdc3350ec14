"""Operators on two tensors, element by element, with NumPy's broadcasting."""

from __future__ import annotations

import torch
from torch import Tensor

from onpar.pipeline.targets.mil.values import exact


def add(x: Tensor, y: Tensor) -> Tensor:
    return x + y


def floor_div(x: Tensor, y: Tensor) -> Tensor:
    return torch.floor_divide(x, y)


def maximum(x: Tensor, y: Tensor) -> Tensor:
    return torch.maximum(x, y)


def minimum(x: Tensor, y: Tensor) -> Tensor:
    return torch.minimum(x, y)


def mod(x: Tensor, y: Tensor) -> Tensor:
    """The remainder, with the sign of `y`, as in Python."""
    return torch.remainder(x, y)


def mul(x: Tensor, y: Tensor) -> Tensor:
    return x * y


def power(x: Tensor, y: Tensor) -> Tensor:
    return torch.pow(x, y)


def real_div(x: Tensor, y: Tensor) -> Tensor:
    return exact(x) / exact(y)


def sub(x: Tensor, y: Tensor) -> Tensor:
    return x - y


def equal(x: Tensor, y: Tensor) -> Tensor:
    return x == y


def greater(x: Tensor, y: Tensor) -> Tensor:
    return x > y


def greater_equal(x: Tensor, y: Tensor) -> Tensor:
    return x >= y


def less(x: Tensor, y: Tensor) -> Tensor:
    return x < y


def less_equal(x: Tensor, y: Tensor) -> Tensor:
    return x <= y


def not_equal(x: Tensor, y: Tensor) -> Tensor:
    return x != y


def logical_and(x: Tensor, y: Tensor) -> Tensor:
    return torch.logical_and(x, y)


def logical_or(x: Tensor, y: Tensor) -> Tensor:
    return torch.logical_or(x, y)


def logical_xor(x: Tensor, y: Tensor) -> Tensor:
    return torch.logical_xor(x, y)


def select(cond: Tensor, a: Tensor, b: Tensor) -> Tensor:
    return torch.where(cond, a, b)
