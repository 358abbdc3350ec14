"""Mistakes of an array of numbers of which only the reference is known: those of outputs, those of
float images, and omitted operations. `got` and `ref` have any rank and the same shape."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from onpar.parity.causes import Fault, Mistake, Mistakes, Table, Tensor, always
from onpar.parity.causes import outputs as of_outputs
from onpar.parity.causes.inputs import PLANES
from onpar.parity.causes.outputs import output_mistakes, softmax

NEAR = 0.01
"""An operation was omitted if, applied to the value that was got, it gives the reference up to this
share of its spread, and of the difference (RMS)."""


def _left_out(operation: Callable[[Tensor], Tensor]) -> Mistake:
    """The mistake that omits the operation. The operation may lose information, as a ReLU does, so
    it is applied to the value that was got, not inverted on the reference."""

    def mistake(fault: Fault) -> Tensor | None:
        got, ref = fault.got.astype(np.float64), fault.ref.astype(np.float64)
        with np.errstate(all="ignore"):
            left, before = _rms(operation(got) - ref), _rms(got - ref)
        return fault.got if left <= NEAR * min(ref.std(), before) else None

    return mistake


def _rms(error: Tensor) -> float:
    return float(np.sqrt(np.mean(np.square(error))))


LEFT_OUT: Table = {
    "a sigmoid was left out": _left_out(lambda got: 1 / (1 + np.exp(-got))),
    "a hyperbolic tangent was left out": _left_out(np.tanh),
    "a ReLU was left out": _left_out(lambda got: np.maximum(got, 0)),
}

OF_SCORES: Table = {"a softmax was left out": _left_out(softmax)}

OF_LAST: Table = {
    "a softmax over the last axis was left out": _left_out(
        lambda got: np.moveaxis(softmax(np.moveaxis(got, -1, 1)), 1, -1)
    ),
}

CHANNELS_FIRST: Table = {"red and blue are swapped (BGR)": lambda f: np.flip(f.ref, -3)}

CHANNELS_LAST: Table = {"red and blue are swapped (BGR)": lambda f: np.flip(f.ref, -1)}

SHAPES: Table = {
    "the layout is HWC": lambda f: np.moveaxis(f.ref, 0, -1) if f.ref.ndim == 3 else None,
    "the layout is CHW": lambda f: np.moveaxis(f.ref, -1, 0) if f.ref.ndim == 3 else None,
    "the layout is NCHW": lambda f: np.moveaxis(f.ref, -1, 1) if f.ref.ndim == 4 else None,
}


def array_mistakes(fault: Fault) -> Table:
    """The mistakes that fit the array's rank and shape."""
    shape = fault.ref.shape
    table = dict(output_mistakes(fault))
    if fault.got.shape != shape:
        return {**table, **SHAPES}
    table |= LEFT_OUT
    if len(shape) > 1 and shape[1] > 1:
        table |= OF_SCORES
    if len(shape) > 2 and shape[-1] > 1:
        table |= OF_LAST
    if len(shape) == 4 and shape[1] == 3:
        # The same changes, named for an image instead of a map of classes.
        kept = {k: v for k, v in table.items() if k not in of_outputs.MAPS}
        table = {**kept, **PLANES}
    elif len(shape) == 3 and shape[0] == 3:
        table |= CHANNELS_FIRST
    elif len(shape) in (3, 4) and shape[-1] == 3:
        table |= CHANNELS_LAST
    return table


ARRAY = Mistakes(always(array_mistakes))
