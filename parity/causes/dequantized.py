"""Mistakes of floats, made of int8 or uint8 by a scale and a zero point."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from onpar.parity.causes import Fault, Mistakes, Part, Table, Tensor
from onpar.parity.causes.constants import Quantization
from onpar.parity.causes.numbers import NUMBERS
from onpar.parity.causes.outputs import SHAPES
from onpar.parity.causes.quantized import of_taken


def _in_eight_bits(fault: Fault) -> Tensor | None:
    """The difference kept in the type of what was taken."""
    if fault.given is None or fault.quantization is None:
        return None
    wide = fault.given.astype(np.int64) - fault.quantization.zero_point
    return wide.astype(fault.given.dtype).astype(np.float64) * fault.quantization.scale


def _another_scale(fault: Fault) -> Tensor | None:
    """The one that fits best, by least squares."""
    if fault.given is None or fault.quantization is None:
        return None
    above = fault.given.astype(np.float64) - fault.quantization.zero_point
    if above.shape != fault.got.shape or not above.any():
        return None
    return np.asarray(above * (float((above * fault.got).sum()) / float((above * above).sum())))


def _another_zero_point(fault: Fault) -> Tensor | None:
    """The one that fits most values."""
    if fault.given is None or fault.quantization is None:
        return None
    levels, scale = fault.given.astype(np.float64), fault.quantization.scale
    if levels.shape != fault.got.shape:
        return None
    zero_point = np.rint(np.median(levels - fault.got / scale))
    return np.asarray((levels - zero_point) * scale)


def _product(levels: Tensor, by: Quantization) -> Tensor:
    return np.asarray((levels - by.zero_point) * by.scale)


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
    "int8 is read as uint8": of_taken(lambda q, by: _product(q % 256, by)),
    "uint8 is read as int8": of_taken(lambda q, by: _product((q + 128) % 256 - 128, by)),
    "the difference wraps around: it is computed in eight bits": _in_eight_bits,
}

OTHER_CONSTANTS: Table = {
    "another scale is used": _another_scale,
    "another zero point is used": _another_zero_point,
}


def _parts(fault: Fault) -> Iterator[Part]:
    if fault.got.shape != fault.ref.shape:
        yield fault, SHAPES
        return
    yield fault, {**OF_INTEGERS, **NUMBERS}
    yield fault, OTHER_CONSTANTS


DEQUANTIZED = Mistakes(_parts)
