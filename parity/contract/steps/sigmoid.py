"""`sigmoid`: logits f32 as probabilities f32 of the same shape."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import numpy as np

from onpar.parity.causes import Mistakes
from onpar.parity.causes.probabilities import OF_SIGMOID
from onpar.parity.contract.span import Span
from onpar.parity.contract.steps.floats import float_faults
from onpar.parity.contract.steps.step import Probe, Step, Tensor
from onpar.parity.contract.tensor_spec import TensorSpec
from onpar.parity.contract.tolerance import EPS, Tolerance

ROUNDING = 4 * EPS

SATURATED = 1 - EPS / 8
"""From here on, logits of 18 and more, every float32 arithmetic makes exactly 1: the exponential is
a quarter of the half spacing above 1 that its sum is rounded by, and onnxruntime clamps the logit
to 18. Measured: PyTorch and NumPy make 1 of logits from 16.64 on, tanh from 17.32 on, and
onnxruntime from 18, below which it makes 0.9999999 to 1.0000001."""


class Sigmoid(Step, frozen=True, tag="sigmoid"):
    """1 / (1 + exp(−x)), in float64, rounded once."""

    mistakes: ClassVar[Mistakes | None] = OF_SIGMOID
    gain: ClassVar[float | None] = 0.25

    def faults(self, given: Sequence[TensorSpec]) -> Iterator[str]:
        yield from float_faults(self.takes, given)

    def specs(self, given: Sequence[TensorSpec]) -> tuple[TensorSpec, ...]:
        [name], [spec] = self.makes, given
        return (TensorSpec(name, spec.shape),)

    def compute(self, given: Sequence[Any]) -> tuple[Tensor, ...]:
        [logits] = given
        with np.errstate(over="ignore"):
            return ((1 / (1 + np.exp(-logits.astype(np.float64)))).astype(np.float32),)

    def tolerance(self, ref: Tensor) -> Tolerance:
        return Tolerance(
            ROUNDING,
            ROUNDING,
            "4·eps: an app may compute it in float32, which rounds the exponential, the sum and "
            "the quotient",
        )

    def spread(self, given: Span, along: int | None = None) -> Span:
        """Where only the order counts, logits whose sigmoid is SATURATED are equal: 1."""
        with np.errstate(over="ignore"):
            low, high = (1 / (1 + np.exp(-one)) for one in (given.low, given.high))
        span = Span(low, high).wider(ROUNDING)
        if along is None:
            return span
        same = low >= SATURATED
        return Span(np.where(same, 1.0, span.low), np.where(same, 1.0, span.high))

    def probes(self, given: Sequence[TensorSpec]) -> tuple[Probe, ...]:
        """−1000, 0 and 1000: whatever the arithmetic, 0, a half and 1. exp(1000) is infinite."""
        [spec] = given
        logits = np.array([-1000, 0, 1000], np.float32)
        logits = logits.reshape([1] * (len(spec.shape) - 1) + [3])
        [expected] = self.compute([logits])

        def wrong(got: Tensor) -> str:
            at = int(np.argmax(got.ravel() != expected.ravel()))
            return (
                f"of the logit {logits.flat[at]:g} the app's sigmoid makes {got.flat[at]:g}, "
                f"expected {expected.flat[at]:g}; look for an exponential that overflows"
            )

        return (Probe((logits,), expected, TESTS, wrong),)


TESTS = "what the app makes of logits whose exponentials overflow"
