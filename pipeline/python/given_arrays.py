"""The arguments of `compare` as numpy arrays, in this machine's byte order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onpar.pipeline.errors import OnparError

ONLY = "array"
"""The name of an array that was given without a name."""

NUMBERS = "biuf"
"""The kinds of numpy dtypes that can be compared."""


def named_arrays(got: Any, reference: Any) -> tuple[dict[str, NDArray[Any]], ...]:
    """Both by name. Raises OnparError for anything but two arrays of numbers, or two mappings of
    names to such arrays."""
    by_name = [isinstance(one, Mapping) for one in (got, reference)]
    if by_name[0] != by_name[1]:
        kinds = [f"{type(one).__name__}" for one in (got, reference)]
        raise OnparError(
            f"got is {kinds[0]}, reference {kinds[1]}: give two arrays, or two mappings of names "
            "to arrays"
        )
    if not by_name[0]:
        got, reference = {ONLY: got}, {ONLY: reference}
    if not got and not reference:
        raise OnparError("two empty mappings: there is nothing to compare")
    return tuple(
        {_name(name): _array(f"{of}[{name!r}]" if by_name[0] else of, one)
         for name, one in given.items()}
        for of, given in (("got", got), ("reference", reference))
    )  # fmt: skip


def _name(name: Any) -> str:
    if not isinstance(name, str) or not name:
        raise OnparError(f"{name!r} names an array: expected a string that is not empty")
    return name


def _array(what: str, given: Any) -> NDArray[Any]:
    if not hasattr(given, "__array__"):
        raise OnparError(
            f"{what} is {type(given).__name__}: expected a numpy array or an object with "
            "__array__, such as a PyTorch tensor"
        )
    if isinstance(given, np.ma.MaskedArray):
        raise OnparError(f"{what} is a masked array: fill it, or compare the values that count")
    try:
        array = np.asarray(given)
    except Exception as error:  # A tensor that requires grad, or is on a GPU, or is bfloat16.
        raise OnparError(
            f"{what} cannot become a numpy array: {error}; for a PyTorch tensor, pass "
            "`tensor.detach().cpu().float().numpy()`"
        ) from error
    if array.dtype.kind not in NUMBERS or array.dtype.itemsize > 8:
        raise OnparError(
            f"{what} has dtype {array.dtype}: expected bool, integers, float16, float32 or float64"
        )
    # Values are compared, and every device has the byte order of this machine.
    return array.astype(array.dtype.newbyteorder("="), copy=False)
