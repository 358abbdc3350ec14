"""`quantize`: f32 as int8 or uint8 of the same shape, by a scale and a zero point."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from onpar.parity.causes import Fault, Mistakes
from onpar.parity.causes.quantized import QUANTIZED
from onpar.parity.contract.steps.floats import float_faults
from onpar.parity.contract.steps.json_numbers import as_floats, as_int
from onpar.parity.contract.steps.step import Step, Tensor
from onpar.parity.contract.tensor_spec import TensorSpec
from onpar.parity.limits.limits import MAX_FLOAT32, MIN_SCALE, QUANTIZED_TYPES

LEVELS: Mapping[str, tuple[int, int]] = {"int8": (-128, 127), "uint8": (0, 255)}
"""The least and the most of each dtype."""


class Quantize(Step, frozen=True, tag="quantize"):
    """clamp(rint(x / scale) + zero_point), of the `dtype` int8 or uint8: ONNX's QuantizeLinear.

    The scale is rounded to float32, and so is the quotient; a half is rounded to the even number.
    NaN becomes the zero point, and infinity the least or the most.
    """

    scale: float
    zero_point: int
    dtype: str

    mistakes: ClassVar[Mistakes | None] = QUANTIZED

    def __post_init__(self) -> None:
        as_floats(self, "scale")
        as_int(self, "zero_point")

    def faults(self, given: Sequence[TensorSpec]) -> Iterator[str]:
        yield from float_faults(self.takes, given)
        yield from scale_faults(self.scale)
        yield from zero_point_faults(self.zero_point, self.dtype)
        if self.dtype not in QUANTIZED_TYPES:
            known = ", ".join(QUANTIZED_TYPES)
            yield f"dtype is {str(self.dtype)[:80]!r}, expected one of {known}"

    def specs(self, given: Sequence[TensorSpec]) -> tuple[TensorSpec, ...]:
        [name], [spec] = self.makes, given
        return (TensorSpec(name, spec.shape, self.dtype),)

    def compute(self, given: Sequence[Any]) -> tuple[Tensor, ...]:
        [values] = given
        with np.errstate(over="ignore", invalid="ignore"):
            # In float64 the sum is exact as far as it matters: beyond the levels it is clamped.
            levels = np.rint(values / np.float32(self.scale)).astype(np.float64) + self.zero_point
        levels = np.where(np.isnan(levels), self.zero_point, levels)
        return (levels.clip(*LEVELS[self.dtype]).astype(self.dtype),)

    def fault(self, got: Tensor, ref: Tensor, given: Sequence[Tensor]) -> Fault:
        return Fault(got, ref, given[0] if given else None, quantization=self)


def scale_faults(scale: float) -> Iterator[str]:
    """A sentence for a scale by which nothing can be divided in float32."""
    if type(scale) is not float or not MIN_SCALE <= scale <= MAX_FLOAT32:
        yield f"scale is {str(scale)[:80]}, expected a normal number of float32 above 0"


def zero_point_faults(zero_point: int, dtype: str) -> Iterator[str]:
    """A sentence for a zero point that is none of the dtype's levels."""
    least, most = LEVELS.get(dtype, (-128, 255))
    if type(zero_point) is not int or not least <= zero_point <= most:
        yield f"zero_point is {str(zero_point)[:80]}, expected {least} to {most}, as {dtype} holds"
