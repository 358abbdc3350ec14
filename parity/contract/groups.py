"""Which values of an output share a noise floor: those of a channel, or all of the tensor.

The rounding errors of a channel of large values, such as a depth in millimetres, would excuse any
error of a channel of small ones in the same tensor, such as a confidence of 0 to 1.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onpar.parity.contract.tensor_spec import TensorSpec

CHANNELS = 1
"""The axis of the channels."""

MIN_VALUES = 256
"""Fewest values of a channel with its own noise floor. The largest of fewer errors varies more than
8 floors allow: with one value per channel, honest classifiers exceed them (measured)."""


SCALE_RATIO = 1000
"""Ratio of the largest values of two indices of an axis from which a message mentions their common
noise floor: an error of the smaller by a thousandth of it is then below the allowed error."""

MIN_GROUPS = 16
"""Fewest values of an index whose largest shows their size."""


def group_axis(spec: TensorSpec) -> int | None:
    """The axis along which the output's values are grouped: the one that its spec names, else the
    channels' if each has at least FEWEST values. None: the tensor is one group."""
    if spec.groups is not None:
        return spec.groups % len(spec.shape)
    if len(spec.shape) <= CHANNELS or spec.shape[CHANNELS] < 2:
        return None
    return CHANNELS if math.prod(spec.shape) // spec.shape[CHANNELS] >= MIN_VALUES else None


def split(tensor: NDArray[Any], axis: int | None) -> Iterator[NDArray[Any]]:
    """The tensor's groups in order, as views."""
    if axis is None:
        yield tensor
    else:
        yield from np.moveaxis(tensor, axis, 0)


def peaks(tensor: NDArray[Any], axis: int | None) -> tuple[float, ...]:
    """max|values| of each group."""
    others = None if axis is None else tuple(i for i in range(tensor.ndim) if i != axis)
    largest = np.maximum(tensor.max(others), -tensor.min(others))
    return tuple(float(peak) for peak in np.atleast_1d(largest))


def unlike(tensor: NDArray[Any]) -> str:
    """The note in a message about a tensor that is one group but has values of very different size
    (boxes and scores); empty for other tensors."""
    for axis in range(tensor.ndim - 1, 0, -1):
        count = tensor.shape[axis]
        if 2 <= count <= MIN_VALUES and tensor.size // count >= MIN_GROUPS:
            found = [peak for peak in peaks(tensor, axis) if peak]
            if found and max(found) > SCALE_RATIO * min(found):
                times = max(found) / min(found)
                return (
                    f"all values, whose size differs {times:.2g} times along axis {axis} "
                    f"(`groups={axis}` in their TensorSpec gives each index its own)"
                )
    return ""


def group_name(axis: int | None, index: int) -> str:
    """The name of the group in a message; empty if the tensor is one group."""
    if axis is None:
        return ""
    return f"channel {index}" if axis == CHANNELS else f"index {index} of axis {axis}"
