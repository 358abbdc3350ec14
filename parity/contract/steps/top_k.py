"""`top-k`: the k largest of scores f32 [1, C] and their classes, the largest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import numpy as np

from onpar.parity.causes import Mistakes
from onpar.parity.causes.ranked import RANKED
from onpar.parity.contract.seen import Seen
from onpar.parity.contract.span import Span
from onpar.parity.contract.steps.step import Probe, Step, Tensor
from onpar.parity.contract.tensor_spec import TensorSpec, shown
from onpar.parity.contract.tolerance import EPS
from onpar.parity.limits.limits import MAX_LABELS


class TopK(Step, frozen=True, tag="top-k"):
    """Makes two tensors: the classes i32 [k], and their scores f32 [k]. Of equal scores the lower
    class comes first. `labels` has the name of every class."""

    k: int
    labels: tuple[str, ...]

    mistakes: ClassVar[Mistakes | None] = RANKED
    along: ClassVar[int | None] = 1
    most: ClassVar[int] = 2

    def faults(self, given: Sequence[TensorSpec]) -> Iterator[str]:
        [spec], [name], count = given, self.takes, len(self.labels)
        if spec.dtype != "float32" or len(spec.shape) != 2 or spec.shape[0] != 1:
            yield f"takes {name}, {spec.dtype} {shown(spec.shape)}, expected float32 [1, classes]"
        if not 0 < count <= MAX_LABELS or spec.shape[1] != count:
            yield (
                f"labels are {count}, {name} is {shown(spec.shape)}; expected [1, classes], and at "
                f"most {MAX_LABELS} classes"
            )
        if not 1 <= self.k <= count:
            yield f"k is {self.k}, expected 1 to the number of classes, {count}"

    def specs(self, given: Sequence[TensorSpec]) -> tuple[TensorSpec, ...]:
        classes, values = self.makes
        return TensorSpec(classes, (self.k,), "int32"), TensorSpec(values, (self.k,))

    def compute(self, given: Sequence[Any]) -> tuple[Tensor, ...]:
        [scores] = given
        classes = np.argsort(-scores[0], kind="stable")[: self.k].astype(np.int32)
        return classes, scores[0][classes]

    def seen(
        self,
        got: Sequence[Tensor],
        golden: Sequence[Tensor],
        spans: Sequence[Span],
    ) -> Seen:
        """Each place must have the golden's class, or one that may honestly change places with it:
        its score may be the larger of the two, and may be the smaller."""
        [scores], classes, expected = spans, got[0], golden[0]
        low, high = scores.low.ravel(), scores.high.ravel()
        known = (classes >= 0) & (classes < low.size)
        taken = np.where(known, classes, 0)
        first, last = (
            (high[a] > low[b]) | ((high[a] == low[b]) & (a < b))
            for a, b in ((taken, expected), (expected, taken))
        )
        differ = classes != expected
        beyond = differ & ~(known & first & last)
        first = self._label(int(classes[0]))
        said = f"the first class is {first}"
        if differ[0]:
            said += f", the golden's is {self._label(int(expected[0]))}"
        count = int(differ.sum())
        but = f"all but {count} of" if count else "all"
        rest = f"{but} the first {self.k} are the golden's"
        if 2 * count > self.k:
            rest = f"{count} of the first {self.k} are not the golden's"
        sentence = f"{said}; {rest}"
        return Seen(1 - count / self.k, sentence, count, int(beyond.sum()))

    def _label(self, index: int) -> str:
        known = 0 <= index < len(self.labels)
        return repr(self.labels[index]) if known else f"{index}, which is none"

    def probes(self, given: Sequence[TensorSpec]) -> tuple[Probe, ...]:
        """Negative scores. Those of the first probe rise with the class, each by one bit of
        float32, up to −1. Those of the second are −1, −2, −3, −1, −2, … and −1 for the last
        class."""
        count = len(self.labels)
        rising = -1 - EPS * np.arange(count - 1, -1, -1)
        tied = -1.0 - np.arange(count) % 3
        tied[-1] = -1
        return (
            self._probe(rising, "negative scores that rise with the class by one bit of float32"),
            self._probe(tied, "negative scores with ties, of which the lower class comes first"),
        )

    def _probe(self, scores: Tensor, which: str) -> Probe:
        given = scores[np.newaxis].astype(np.float32)
        expected, _ = self.compute([given])

        def wrong(got: Tensor) -> str:
            return f"of {which} the app makes {_first(got)}, expected {_first(expected)}"

        return Probe((given,), expected, TESTS, wrong)


TESTS = "what the app makes of negative scores and of ties"

SHOWN = 8
"""Classes that a sentence shows."""


def _first(classes: Tensor) -> str:
    """The first of the classes, as a sentence shows them."""
    listed = ", ".join(map(str, classes[:SHOWN].tolist()))
    return f"[{listed}, …]" if classes.size > SHOWN else f"[{listed}]"
