"""Operators on one tensor, element by element."""

from __future__ import annotations

import torch
from torch import Tensor

from onpar.pipeline.targets.mil.values import as_type


def absolute(x: Tensor) -> Tensor:
    return x.abs()


def acos(x: Tensor) -> Tensor:
    return torch.acos(x)


def asin(x: Tensor) -> Tensor:
    return torch.asin(x)


def atan(x: Tensor) -> Tensor:
    return torch.atan(x)


def atanh(x: Tensor) -> Tensor:
    return torch.atanh(x)


def cast(x: Tensor, *, dtype: str) -> Tensor:
    return as_type(x, dtype)


def ceil(x: Tensor) -> Tensor:
    return torch.ceil(x)


def clip(x: Tensor, *, alpha: float, beta: float) -> Tensor:
    return x.clamp(alpha, beta)


def cos(x: Tensor) -> Tensor:
    return torch.cos(x)


def cosh(x: Tensor) -> Tensor:
    return torch.cosh(x)


def erf(x: Tensor) -> Tensor:
    return torch.erf(x)


def exp(x: Tensor) -> Tensor:
    return torch.exp(x)


def exp2(x: Tensor) -> Tensor:
    return torch.exp2(x)


def floor(x: Tensor) -> Tensor:
    return torch.floor(x)


def inverse(x: Tensor, *, epsilon: float) -> Tensor:
    return 1 / (x + epsilon)


def log(x: Tensor, *, epsilon: float) -> Tensor:
    return torch.log(x + epsilon)


def logical_not(x: Tensor) -> Tensor:
    return torch.logical_not(x)


def round_(x: Tensor) -> Tensor:
    """Rounds halves to the even number, like NumPy, with which coremltools infers the value."""
    return torch.round(x)


def rsqrt(x: Tensor, *, epsilon: float) -> Tensor:
    return torch.rsqrt(x + epsilon)


def sign(x: Tensor) -> Tensor:
    return torch.sign(x)


def sin(x: Tensor) -> Tensor:
    return torch.sin(x)


def sinh(x: Tensor) -> Tensor:
    return torch.sinh(x)


def sqrt(x: Tensor) -> Tensor:
    return torch.sqrt(x)


def square(x: Tensor) -> Tensor:
    return torch.square(x)


def tan(x: Tensor) -> Tensor:
    return torch.tan(x)


def tanh(x: Tensor) -> Tensor:
    return torch.tanh(x)


def threshold(x: Tensor, *, alpha: float) -> Tensor:
    return x.clamp(min=alpha)
