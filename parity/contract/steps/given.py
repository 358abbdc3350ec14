"""`given`: an array of the case, as it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from onpar.parity.causes import Mistakes
from onpar.parity.causes.inputs import INPUT
from onpar.parity.contract.steps.step import Step, Tensor
from onpar.parity.contract.tensor_check import tensor_faults
from onpar.parity.contract.tensor_spec import TensorSpec
from onpar.parity.contract.tolerance import Tolerance
from onpar.parity.limits.limits import ITEM_TYPES

GIVEN_TOLERANCE = Tolerance(0.0, 0.0, "the case gives this input, nothing is computed")


class Given(Step, frozen=True, tag="given"):
    """An array of the case, of this `shape` and `dtype`."""

    shape: tuple[int, ...]
    dtype: str

    takes_source: ClassVar[bool] = True
    mistakes: ClassVar[Mistakes | None] = INPUT

    def faults(self, given: Sequence[TensorSpec]) -> Iterator[str]:
        [name] = self.makes
        shape = self.shape
        if not isinstance(shape, tuple) or any(type(n) is not int or n < 1 for n in shape):
            yield f"shape is {shape!r}, expected whole numbers of at least 1"
        if self.dtype not in ITEM_TYPES:
            yield f"dtype is {self.dtype!r}, expected one of {', '.join(ITEM_TYPES)}"
        yield from tensor_faults("", TensorSpec(name, shape, self.dtype))

    def specs(self, given: Sequence[TensorSpec]) -> tuple[TensorSpec, ...]:
        [name] = self.makes
        return (TensorSpec(name, self.shape, self.dtype),)

    def compute(self, given: Sequence[Any]) -> tuple[Tensor, ...]:
        [array] = given
        return (array,)

    def tolerance(self, ref: Tensor) -> Tolerance:
        return GIVEN_TOLERANCE
