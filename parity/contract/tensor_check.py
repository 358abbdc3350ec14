"""Is a tensor one that every host can hold?"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from onpar.parity.contract.tensor_spec import TensorSpec
from onpar.parity.limits.limits import ITEM_TYPES, MAX_RANK, MAX_TENSOR_BYTES


def tensor_faults(what: str, spec: TensorSpec) -> Iterator[str]:
    """What is wrong with its shape and its item type, in sentences that begin with `what`; after
    the first the rest may not hold."""
    what = f"{what}: " if what else ""
    shape = list(spec.shape)
    shown = str(shape)[:80]
    if len(shape) > MAX_RANK:
        yield f"{what}shape has {len(shape)} axes, expected at most {MAX_RANK}"
    if any(side < 1 for side in shape):
        yield f"{what}shape is {shown}, expected sides of at least 1"
    if spec.dtype not in ITEM_TYPES:
        yield f"{what}dtype is {spec.dtype[:80]!r}, expected one of {', '.join(ITEM_TYPES)}"
    size = math.prod(shape) * np.dtype(spec.dtype).itemsize
    if size > MAX_TENSOR_BYTES:
        yield f"{what}shape is {shown}, expected at most {MAX_TENSOR_BYTES:,} bytes"
