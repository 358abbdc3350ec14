"""Mistakes of any tensor of numbers."""

from __future__ import annotations

import numpy as np

from onpar.parity.causes import Fault, Table, Tensor


def _through_halves(fault: Fault) -> Tensor:
    with np.errstate(over="ignore"):
        return fault.ref.astype(np.float16)


def _through_bfloat16(fault: Fault) -> Tensor:
    """Rounded to 8 bits of mantissa, ties to even."""
    with np.errstate(over="ignore"):
        bits = np.atleast_1d(fault.ref).astype(np.float32).view(np.uint32)
        rounded = (bits + 0x7FFF + ((bits >> 16) & 1)) & np.uint32(0xFFFF0000)
    return rounded.view(np.float32).reshape(fault.ref.shape)


NUMBERS: Table = {
    "every value is 0: nothing was written, or the buffer was freed": (
        lambda f: np.zeros_like(f.ref)
    ),
    "the values are rounded to half precision": _through_halves,
    "the values are rounded to bfloat16": _through_bfloat16,
    "the sign is flipped": lambda f: -f.ref.astype(np.float64),
}
