"""`argmax`: the class map u8 [h, w] of scores f32 [1, C, h, w]."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from onpar.parity.causes import Mistakes
from onpar.parity.causes.classmaps import CLASSMAP
from onpar.parity.contract.classmap import PROBED_SCORES, argmax, probe_classes, probe_scores
from onpar.parity.contract.spec import TensorSpec
from onpar.parity.contract.steps.step import Probe, Step, Tensor


class Argmax(Step, frozen=True, tag="argmax"):
    """The class of the largest score, the lowest of equals; how the classes are called, and which
    colour each has."""

    classes: tuple[str, ...]
    palette: tuple[tuple[int, int, int], ...]

    stage: ClassVar[str] = "classmap"
    mistakes: ClassVar[Mistakes | None] = CLASSMAP

    def specs(self, given: Sequence[TensorSpec]) -> tuple[TensorSpec, ...]:
        [name], [scores] = self.makes, given
        return (TensorSpec(name, scores.shape[2:], "uint8"),)

    def compute(self, given: Sequence[Any]) -> tuple[Tensor, ...]:
        [scores] = given
        return (argmax(scores),)

    def probe(self, given: Sequence[TensorSpec]) -> Probe:
        [scores] = given
        classes = scores.shape[1]
        return Probe((probe_scores(classes),), probe_classes(classes), _wrong)


def _wrong(got: Tensor) -> str:
    expected = probe_classes(len(got))
    wrong = np.argwhere(got != expected)
    # The plain column first: an app that is wrong there is wrong everywhere.
    row, column = min(wrong.tolist(), key=lambda at: (at[1] != 1, at[1], at[0]))
    return (
        f"the app's arg-max is wrong {PROBED_SCORES[column]}: got class {got[row, column]}, "
        f"expected {row}; it is wrong for {len(wrong)} of {got.size} made-up pixels"
    )
