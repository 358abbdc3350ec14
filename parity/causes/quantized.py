"""Mistakes of integers made of floats by a scale and a zero point, and of floats made of them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from onpar.parity.causes import Fault, Mistake, Mistakes, Table, Tensor, always
from onpar.parity.causes.constants import Quantization
from onpar.parity.causes.numbers import NUMBERS

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


QUANTIZED = Mistakes(
    always(
        lambda _: {
            "halves are rounded away from 0 instead of to the even number": of_taken(_away),
            "the quotient is cut off instead of rounded": of_taken(
                lambda x, by: np.trunc(x / by.scale) + by.zero_point
            ),
            "the quotient is rounded down": of_taken(
                lambda x, by: np.floor(x / by.scale) + by.zero_point
            ),
            "the zero point is not added": of_taken(lambda x, by: np.rint(x / by.scale)),
            "the zero point is subtracted": of_taken(
                lambda x, by: np.rint(x / by.scale) - by.zero_point
            ),
            "the zero point is added before the division": of_taken(
                lambda x, by: np.rint((x + by.zero_point) / by.scale)
            ),
            "it is multiplied by the scale instead of divided": of_taken(
                lambda x, by: np.rint(x * by.scale) + by.zero_point
            ),
            "it is not divided by the scale": of_taken(lambda x, by: np.rint(x) + by.zero_point),
            "levels beyond the type wrap around instead of being clamped": _wrapped,
            "the levels are 128 off: those of uint8 and of int8 are mixed up": (
                lambda f: f.ref ^ np.array(0x80, np.uint8).view(f.ref.dtype)
            ),
            "every value is 0: nothing was written, or the buffer was freed": (
                lambda f: np.zeros_like(f.ref)
            ),
        }
    )
)
"""Those of int8 or uint8, made of f32."""

OF_INTEGERS: Table = {
    "the zero point is not subtracted": of_taken(lambda q, by: q * by.scale),
    "the zero point is added": of_taken(lambda q, by: (q + by.zero_point) * by.scale),
    "the zero point is subtracted after the product": of_taken(
        lambda q, by: q * by.scale - by.zero_point
    ),
    "it is divided by the scale instead of multiplied": of_taken(
        lambda q, by: (q - by.zero_point) / by.scale
    ),
    "it is not multiplied by the scale": of_taken(lambda q, by: q - by.zero_point),
    "int8 is read as uint8": of_taken(lambda q, by: (q % 256 - by.zero_point) * by.scale),
    "uint8 is read as int8": of_taken(
        lambda q, by: ((q + 128) % 256 - 128 - by.zero_point) * by.scale
    ),
}

DEQUANTIZED = Mistakes(always(lambda _: {**OF_INTEGERS, **NUMBERS}))
"""Those of f32, made of int8 or uint8."""
