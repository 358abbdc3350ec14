"""Mistakes of a mask u8 [h, w], computed from scores `given` of that many values."""

from __future__ import annotations

import numpy as np

from onpar.parity.causes import Fault, Mistakes, Table, Tensor, always


def _above_zero(fault: Fault) -> Tensor | None:
    if fault.given is None or fault.given.size != fault.ref.size:
        return None
    return (fault.given.reshape(fault.ref.shape) > 0).astype(np.uint8)


MASKS: Table = {
    "the mask is inverted": lambda f: 1 - f.ref,
    "the mask has 255 instead of 1": lambda f: f.ref * np.uint8(255),
    "the threshold is 0": _above_zero,
    "width and height are swapped": lambda f: f.ref.swapaxes(0, 1),
    "the mask is mirrored left to right": lambda f: f.ref[:, ::-1],
    "the mask is upside down": lambda f: f.ref[::-1],
    "the mask is 0 everywhere: nothing was drawn": lambda f: np.zeros_like(f.ref),
}


def _table(fault: Fault) -> Table:
    return MASKS if fault.ref.ndim == 2 and fault.got.dtype.kind in "iu" else {}


MASK = Mistakes(always(_table), names=True)
