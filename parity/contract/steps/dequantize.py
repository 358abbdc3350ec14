"""`dequantize`: int8 or uint8 as f32 of the same shape, by a scale and a zero point."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import numpy as np

from onpar.parity.causes import Fault, Mistakes
from onpar.parity.causes.dequantized import DEQUANTIZED
from onpar.parity.contract.steps.json_numbers import as_floats, as_int
from onpar.parity.contract.steps.quantize import scale_faults, zero_point_faults
from onpar.parity.contract.steps.step import Step, Tensor
from onpar.parity.contract.tensor_spec import TensorSpec, shown
from onpar.parity.limits.limits import QUANTIZED_TYPES


class Dequantize(Step, frozen=True, tag="dequantize"):
    """(q − zero_point) · scale: ONNX's DequantizeLinear.

    The difference is exact; the scale and the product are rounded to float32.
    """

    scale: float
    zero_point: int

    mistakes: ClassVar[Mistakes | None] = DEQUANTIZED

    def __post_init__(self) -> None:
        as_floats(self, "scale")
        as_int(self, "zero_point")

    def faults(self, given: Sequence[TensorSpec]) -> Iterator[str]:
        [name], [spec] = self.takes, given
        if spec.dtype not in QUANTIZED_TYPES or not spec.shape:
            yield (
                f"takes {name}, {spec.dtype} {shown(spec.shape)}, expected "
                f"{' or '.join(QUANTIZED_TYPES)} with an axis"
            )
        yield from scale_faults(self.scale)
        yield from zero_point_faults(self.zero_point, spec.dtype)

    def specs(self, given: Sequence[TensorSpec]) -> tuple[TensorSpec, ...]:
        [name], [spec] = self.makes, given
        return (TensorSpec(name, spec.shape),)

    def compute(self, given: Sequence[Any]) -> tuple[Tensor, ...]:
        [levels] = given
        above = (levels.astype(np.int32) - self.zero_point).astype(np.float32)
        with np.errstate(over="ignore"):
            return (above * np.float32(self.scale),)

    def fault(self, got: Tensor, ref: Tensor, given: Sequence[Tensor]) -> Fault:
        return Fault(got, ref, given[0] if given else None, quantization=self)
