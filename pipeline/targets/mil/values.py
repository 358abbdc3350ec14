"""The values of an ML program: tensors of few types, rounded to the program's type.

Floating-point numbers are float32, in a float16 program rounded to float16; integers of any width
are int32; Booleans are bool.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

HALF = "fp16"

FLOATS = ("fp16", "fp32")

WRAPPED = {"int8": torch.int8, "uint8": torch.uint8, "int16": torch.int16}
"""Integer types to whose range a cast wraps values, like NumPy, with which coremltools infers
casts."""

RETURNED: dict[str, type[np.generic]] = {
    "fp16": np.float16,
    "fp32": np.float32,
    "bool": np.bool_,
    "int8": np.int8,
    "uint8": np.uint8,
    "int16": np.int16,
    "uint16": np.uint16,
    "int32": np.int32,
}
"""The NumPy type of an output, by its type in the program."""


def rounded(value: Tensor, dtype: str) -> Tensor:
    """A result in the program's type `dtype`: beyond 65,504, float16 is infinite."""
    if dtype == HALF:
        return value.half().float()
    return value.to(torch.float32 if dtype in FLOATS else _held(dtype))


def as_type(value: Tensor, dtype: str) -> Tensor:
    """A cast; from floating-point numbers to integers it rounds towards zero."""
    if dtype in FLOATS:
        return rounded(value, dtype)
    if dtype == "uint16":
        return value.to(torch.int64).bitwise_and(0xFFFF).to(torch.int32)
    return value.to(WRAPPED.get(dtype, _held(dtype))).to(_held(dtype))


def exact(value: Tensor) -> Tensor:
    """Integers as float64, which holds them all; PyTorch itself would use float32."""
    return value if value.is_floating_point() else value.double()


def tensor(value: Any) -> Tensor:
    """A constant of the program: a NumPy array or number."""
    array = np.asarray(value)
    if array.dtype == np.bool_:
        return torch.from_numpy(np.array(array))
    wide = np.float32 if np.issubdtype(array.dtype, np.floating) else np.int32
    return torch.from_numpy(np.array(array, wide))


def attribute(value: Any) -> Any:
    """A constant of the program as a Python value: a number, a string, or a tuple."""
    plain = value.tolist() if isinstance(value, np.ndarray | np.generic) else value
    return _tuples(plain) if isinstance(plain, list) else plain


def _tuples(values: list[Any]) -> tuple[Any, ...]:
    return tuple(_tuples(one) if isinstance(one, list) else one for one in values)


def _held(dtype: str) -> torch.dtype:
    return torch.bool if dtype == "bool" else torch.int32
