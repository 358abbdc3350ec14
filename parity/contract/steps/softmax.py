"""`softmax`: scores f32 as probabilities f32 of the same shape, along an axis."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import numpy as np

from onpar.parity.causes import Mistakes
from onpar.parity.causes.probabilities import OF_SOFTMAX
from onpar.parity.contract.steps.floats import float_faults
from onpar.parity.contract.steps.step import Step, Tensor
from onpar.parity.contract.tensor_spec import TensorSpec
from onpar.parity.contract.tolerance import EPS, Tolerance

ROUNDING = 16 * EPS


class Softmax(Step, frozen=True, tag="softmax"):
    """exp(x − max) / Σ exp(x − max) along `axis`, from 0 on; in float64, rounded once."""

    axis: int

    mistakes: ClassVar[Mistakes | None] = OF_SOFTMAX
    gain: ClassVar[float | None] = 0.5
    keeps_order: ClassVar[bool] = True

    def faults(self, given: Sequence[TensorSpec]) -> Iterator[str]:
        yield from float_faults(self.takes, given)
        [spec] = given
        if not 0 <= self.axis < len(spec.shape):
            yield f"axis is {self.axis}, expected 0 to {len(spec.shape) - 1}"

    def specs(self, given: Sequence[TensorSpec]) -> tuple[TensorSpec, ...]:
        [name], [spec] = self.makes, given
        return (TensorSpec(name, spec.shape),)

    def compute(self, given: Sequence[Any]) -> tuple[Tensor, ...]:
        [scores] = given
        wide = scores.astype(np.float64)
        raised = np.exp(wide - wide.max(self.axis, keepdims=True))
        return ((raised / raised.sum(self.axis, keepdims=True)).astype(np.float32),)

    def tolerance(self, ref: Tensor) -> Tolerance:
        return Tolerance(
            ROUNDING,
            ROUNDING,
            "16·eps: an app may compute it in float32, whose exponentials and sum round each time",
        )
