"""`softmax`: scores f32 as probabilities f32 of the same shape, along an axis."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import numpy as np

from onpar.parity.causes import Mistakes
from onpar.parity.causes.probabilities import OF_SOFTMAX
from onpar.parity.contract.span import Span
from onpar.parity.contract.steps.floats import float_faults
from onpar.parity.contract.steps.step import Probe, Step, Tensor
from onpar.parity.contract.tensor_spec import TensorSpec
from onpar.parity.contract.tolerance import EPS, Tolerance

ROUNDING = 16 * EPS

RELATIVE = 4 * EPS
"""How far two probabilities of one sum may move apart, as a share of them: their exponentials and
quotients round, but the sum is the same."""

FLUSHED = -87.3
"""Scores this far below the largest: float32 has normal numbers for their exponentials no more, and
a runtime may make 0 of them (ln 2^-126)."""


class Softmax(Step, frozen=True, tag="softmax"):
    """exp(x − max) / Σ exp(x − max) along `axis`, from 0 on; in float64, rounded once."""

    axis: int

    mistakes: ClassVar[Mistakes | None] = OF_SOFTMAX
    gain: ClassVar[float | None] = 0.5

    @property
    def keeps_order(self) -> int:
        return self.axis

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

    def spread(self, given: Span, along: int | None = None) -> Span:
        """Each is largest where its own score is the most and all others are the least. Along
        `axis` all have one sum, so their order is that of the scores."""
        if along == self.axis:
            tiny = given.low - given.high.max(self.axis, keepdims=True) < FLUSHED
            return Span(np.where(tiny, -np.inf, given.low), given.high).wider(RELATIVE)
        top = given.high.max(self.axis, keepdims=True)
        low, high = (np.exp(one - top) for one in (given.low, given.high))
        least, most = (one.sum(self.axis, keepdims=True) for one in (low, high))
        return Span(low / (most - high + low), high / (least - low + high)).wider(ROUNDING)

    def probes(self, given: Sequence[TensorSpec]) -> tuple[Probe, ...]:
        """Along `axis` scores of which an exponential overflows: 1000, −1000, −1000, …; and scores
        of which all exponentials are 0: …, −3000, −3000, −1000. Every other axis has one item."""
        [spec] = given
        shape = [1] * len(spec.shape)
        shape[self.axis] = spec.shape[self.axis]
        large, small = np.full(shape, -FAR, np.float32), np.full(shape, -3 * FAR, np.float32)
        large.flat[0], small.flat[-1] = FAR, -FAR
        return self._probe(large), self._probe(small)

    def _probe(self, scores: Tensor) -> Probe:
        [expected] = self.compute([scores])

        def wrong(got: Tensor) -> str:
            at = int(np.argmax(got.ravel() != expected.ravel()))
            return (
                f"of the score {scores.flat[at]:g}, where the largest is {scores.max():g}, the "
                f"app's softmax makes {got.flat[at]:g}, expected {expected.flat[at]:g}; subtract "
                "the largest score before the exponentials"
            )

        return Probe((scores,), expected, TESTS, wrong)


FAR = 1000
"""exp(1000) is infinite and exp(−1000) is 0, in float64 too. Every right result is then 0 or 1,
whatever arithmetic makes it."""

TESTS = "what the app makes of scores whose exponentials overflow"
