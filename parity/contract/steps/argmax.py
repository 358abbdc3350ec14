"""`argmax`: the class map u8 [h, w] of scores f32 [1, C, h, w]."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import numpy as np

from onpar.parity.causes import Mistakes
from onpar.parity.causes.classmaps import CLASSMAP
from onpar.parity.contract.classmap import (
    PROBED_SCORES,
    agreement,
    argmax,
    probe_classes,
    probe_scores,
)
from onpar.parity.contract.seen import Seen
from onpar.parity.contract.span import Span
from onpar.parity.contract.steps.pixels import colour_faults
from onpar.parity.contract.steps.step import Probe, Step, Tensor
from onpar.parity.contract.tensor_spec import TensorSpec, shown
from onpar.parity.limits.limits import MAX_CLASSES


class Argmax(Step, frozen=True, tag="argmax"):
    """The class of the largest score, the lowest of equals; how the classes are called, and which
    colour each has."""

    classes: tuple[str, ...]
    palette: tuple[tuple[int, int, int], ...]

    mistakes: ClassVar[Mistakes | None] = CLASSMAP
    along: ClassVar[int | None] = 1

    def faults(self, given: Sequence[TensorSpec]) -> Iterator[str]:
        [spec], [name], count = given, self.takes, len(self.classes)
        if spec.dtype != "float32" or len(spec.shape) != 4 or spec.shape[0] != 1:
            yield (
                f"takes {name}, {spec.dtype} {shown(spec.shape)}, expected scores float32 "
                "[1, classes, h, w]"
            )
        if spec.shape[1] != count or not 0 < count <= MAX_CLASSES:
            yield (
                f"classes are {count}, {name} is {shown(spec.shape)}; expected [1, classes, h, w], "
                f"and at most {MAX_CLASSES} classes"
            )
        yield from colour_faults(self.palette, count)

    def specs(self, given: Sequence[TensorSpec]) -> tuple[TensorSpec, ...]:
        [name], [scores] = self.makes, given
        return (TensorSpec(name, scores.shape[2:], "uint8"),)

    def compute(self, given: Sequence[Any]) -> tuple[Tensor, ...]:
        [scores] = given
        return (argmax(scores),)

    def seen(
        self,
        got: Sequence[Tensor],
        golden: Sequence[Tensor],
        spans: Sequence[Span],
    ) -> Seen:
        [classes], [expected], [scores] = got, golden, spans
        found = agreement(classes, expected, scores)
        return Seen(found.figure, found.sentence, found.flips, found.unexplained, found)

    def probes(self, given: Sequence[TensorSpec]) -> tuple[Probe, ...]:
        [scores] = given
        classes = scores.shape[1]
        return (Probe((probe_scores(classes),), probe_classes(classes), TESTS, _wrong),)


TESTS = "what the app's arg-max makes of negative scores, of ties and of classes that no pixel has"


def _wrong(got: Tensor) -> str:
    expected = probe_classes(len(got))
    wrong = np.argwhere(got != expected)
    # The plain column first: an app that is wrong there is wrong everywhere.
    row, column = min(wrong.tolist(), key=lambda at: (at[1] != 1, at[1], at[0]))
    return (
        f"the app's arg-max is wrong {PROBED_SCORES[column]}: got class {got[row, column]}, "
        f"expected {row}; it is wrong for {len(wrong)} of {got.size} made-up pixels"
    )
