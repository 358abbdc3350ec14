"""Mistakes of int8 or uint8, made of floats by a scale and a zero point."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from onpar.parity.causes import Fault, Mistake, Mistakes, Part, Table, Tensor
from onpar.parity.causes.constants import Quantization
from onpar.parity.causes.outputs import SHAPES

Arithmetic = Callable[[Tensor, Quantization], Tensor]
"""Of the values taken, in float64."""


def of_taken(arithmetic: Arithmetic) -> Mistake:
    """The mistake that computes this of what the step took."""

    def mistake(fault: Fault) -> Tensor | None:
        if fault.given is None or fault.quantization is None:
            return None
        with np.errstate(over="ignore", invalid="ignore"):
            made = np.nan_to_num(arithmetic(fault.given.astype(np.float64), fault.quantization))
            if fault.ref.dtype.kind == "f":
                return made
            least, most = np.iinfo(fault.ref.dtype).min, np.iinfo(fault.ref.dtype).max
            return np.asarray(made.clip(least, most))

    return mistake


def _away(x: Tensor, by: Quantization) -> Tensor:
    quotient = (x.astype(np.float32) / np.float32(by.scale)).astype(np.float64)
    return np.asarray(np.trunc(quotient + np.copysign(0.5, quotient)) + by.zero_point)


def _wrapped(fault: Fault) -> Tensor | None:
    """Only the lowest eight bits are kept."""
    if fault.given is None or fault.quantization is None:
        return None
    quotient = fault.given.astype(np.float64) / fault.quantization.scale
    level = np.nan_to_num(np.rint(quotient)).clip(-(2**31), 2**31 - 1).astype(np.int64)
    return np.asarray((level + fault.quantization.zero_point).astype(fault.ref.dtype))


def _levels(dtype: Any) -> tuple[int, int]:
    return np.iinfo(dtype).min, np.iinfo(dtype).max


def _clamped_first(fault: Fault) -> Tensor | None:
    if fault.given is None or fault.quantization is None:
        return None
    least, most = _levels(fault.ref.dtype)
    quotient = np.rint(fault.given.astype(np.float64) / fault.quantization.scale)
    level = np.nan_to_num(quotient).clip(least, most) + fault.quantization.zero_point
    return np.asarray(level.clip(least, most))


def _inside(fault: Fault) -> tuple[Tensor, Tensor] | None:
    """What was taken and the levels of it, f64, where no level is the least or the most."""
    if fault.given is None or fault.given.shape != fault.got.shape:
        return None
    least, most = _levels(fault.ref.dtype)
    inside = (fault.got > least) & (fault.got < most) & np.isfinite(fault.given)
    if not inside.any():
        return None
    return fault.given[inside].astype(np.float64), fault.got[inside].astype(np.float64)


def _another_scale(fault: Fault) -> Tensor | None:
    """The one that fits best, by least squares."""
    found, by = _inside(fault), fault.quantization
    if found is None or by is None:
        return None
    x, levels = found
    slope = float(x @ (levels - by.zero_point)) / max(float(x @ x), 1e-300)
    return of_taken(lambda x, by: np.rint(x * slope) + by.zero_point)(fault)


def _another_zero_point(fault: Fault) -> Tensor | None:
    """The commonest difference between the levels and the rounded quotients."""
    found, by = _inside(fault), fault.quantization
    if found is None or by is None:
        return None
    x, levels = found
    zero_point = float(np.median(levels - np.rint(x / by.scale)))
    return of_taken(lambda x, by: np.rint(x / by.scale) + zero_point)(fault)


ROUNDED_WRONGLY: Table = {
    "halves are rounded away from 0 instead of to the even number": of_taken(_away),
    "the quotient is cut off instead of rounded": of_taken(
        lambda x, by: np.trunc(x / by.scale) + by.zero_point
    ),
    "the quotient is rounded down": of_taken(lambda x, by: np.floor(x / by.scale) + by.zero_point),
    "the zero point is not added": of_taken(lambda x, by: np.rint(x / by.scale)),
    "the zero point is subtracted": of_taken(lambda x, by: np.rint(x / by.scale) - by.zero_point),
    "the zero point is added before the division": of_taken(
        lambda x, by: np.rint((x + by.zero_point) / by.scale)
    ),
    "it is multiplied by the scale instead of divided": of_taken(
        lambda x, by: np.rint(x * by.scale) + by.zero_point
    ),
    "it is not divided by the scale": of_taken(lambda x, by: np.rint(x) + by.zero_point),
    "levels beyond the type wrap around instead of being clamped": _wrapped,
    "the levels are clamped before the zero point is added": _clamped_first,
    "the levels are 128 off: those of uint8 and of int8 are mixed up": (
        lambda f: f.ref ^ np.array(0x80, np.uint8).view(f.ref.dtype)
    ),
    "every value is 0: nothing was written, or the buffer was freed": (
        lambda f: np.zeros_like(f.ref)
    ),
}

OTHER_CONSTANTS: Table = {
    "another scale is used": _another_scale,
    "another zero point is used": _another_zero_point,
}
"""Those of another tensor, for example."""


def _parts(fault: Fault) -> Iterator[Part]:
    if fault.got.shape != fault.ref.shape:
        yield fault, SHAPES
        return
    yield fault, ROUNDED_WRONGLY
    yield fault, OTHER_CONSTANTS


QUANTIZED = Mistakes(_parts)
