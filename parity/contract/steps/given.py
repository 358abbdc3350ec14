"""`given`: an array of the case, as it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from onpar.parity.causes import Mistakes
from onpar.parity.causes.inputs import INPUT
from onpar.parity.contract.spec import TensorSpec
from onpar.parity.contract.steps.step import Step, Tensor
from onpar.parity.contract.tolerance import Tolerance

GIVEN_TOLERANCE = Tolerance(0.0, 0.0, "the case gives this input, nothing is computed")


class Given(Step, frozen=True, tag="given"):
    """An array of the case, of this `shape` and `dtype`."""

    shape: tuple[int, ...]
    dtype: str

    stage: ClassVar[str] = "input"
    takes_source: ClassVar[bool] = True
    mistakes: ClassVar[Mistakes | None] = INPUT

    def specs(self, given: Sequence[TensorSpec]) -> tuple[TensorSpec, ...]:
        [name] = self.makes
        return (TensorSpec(name, self.shape, self.dtype),)

    def compute(self, given: Sequence[Any]) -> tuple[Tensor, ...]:
        [array] = given
        return (array,)

    def tolerance(self, ref: Tensor) -> Tolerance:
        return GIVEN_TOLERANCE
