"""`threshold`: the mask u8 [h, w] of scores f32 [1, 1, h, w] or [1, h, w, 1]."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import numpy as np

from onpar.parity.causes import Mistakes
from onpar.parity.causes.masks import MASK
from onpar.parity.contract.seen import Seen
from onpar.parity.contract.span import Span
from onpar.parity.contract.steps.json_numbers import as_floats
from onpar.parity.contract.steps.pixels import colour_faults
from onpar.parity.contract.steps.step import Probe, Step, Tensor
from onpar.parity.contract.tensor_spec import TensorSpec, shown
from onpar.parity.limits.limits import MAX_FLOAT32


class Threshold(Step, frozen=True, tag="threshold"):
    """1 where the score is above `above`, else 0; how the two are called, and their colours."""

    above: float
    classes: tuple[str, ...]
    palette: tuple[tuple[int, int, int], ...]

    mistakes: ClassVar[Mistakes | None] = MASK

    def __post_init__(self) -> None:
        as_floats(self, "above")

    def faults(self, given: Sequence[TensorSpec]) -> Iterator[str]:
        [spec], [name] = given, self.takes
        if spec.dtype != "float32" or _size(spec.shape) is None:
            yield (
                f"takes {name}, {spec.dtype} {shown(spec.shape)}, expected scores float32 "
                "[1, 1, h, w] or [1, h, w, 1]"
            )
        if not abs(self.above) <= MAX_FLOAT32:
            yield f"above is {self.above}, expected a number that float32 holds"
        if len(self.classes) != 2:
            yield f"classes are {len(self.classes)}, expected two: below, and above"
        yield from colour_faults(self.palette, 2)

    def specs(self, given: Sequence[TensorSpec]) -> tuple[TensorSpec, ...]:
        [name], [spec] = self.makes, given
        return (TensorSpec(name, _size(spec.shape) or (), "uint8"),)

    def compute(self, given: Sequence[Any]) -> tuple[Tensor, ...]:
        [scores] = given
        return ((scores > np.float32(self.above)).astype(np.uint8).reshape(_size(scores.shape)),)

    def seen(
        self,
        got: Sequence[Tensor],
        golden: Sequence[Tensor],
        spans: Sequence[Span],
    ) -> Seen:
        """A pixel may honestly change where its score may be on the other side of the
        threshold."""
        [mask], [expected], [scores] = got, golden, spans
        at = np.float64(np.float32(self.above))
        low, high = (one.reshape(expected.shape) for one in (scores.low, scores.high))
        flipped = mask != expected
        beyond = flipped & ~np.where(mask == 1, high > at, (mask == 0) & (low <= at))
        flips, varied = int(flipped.sum()), bool(expected.any() and not expected.all())
        sentence = Seen.said(flips, mask.size, "pixels")
        if not varied:
            sentence += (
                f", which says little: all of the golden is {self.classes[expected.flat[0]]!r}"
            )
        figure = 1 - flips / mask.size if varied else None
        return Seen(figure, sentence, flips, int(beyond.sum()))

    def probes(self, given: Sequence[TensorSpec]) -> tuple[Probe, ...]:
        """Scores at, just below and just above the threshold, of both signs."""
        at = np.float32(self.above)
        below, beyond = (np.nextafter(at, np.float32(end)) for end in (-np.inf, np.inf))
        scores = np.array([-1e30, below, at, beyond, 1e30], np.float32).reshape(1, 1, 1, 5)
        [expected] = self.compute([scores])
        return (Probe((scores,), expected, TESTS, _wrong),)


TESTS = "what the app makes of scores at the threshold"

PROBED = (
    "far below the threshold",
    "one bit of float32 below the threshold",
    "at the threshold itself, which is not above it",
    "one bit of float32 above the threshold",
    "far above the threshold",
)


def _wrong(got: Tensor) -> str:
    expected = np.array([0, 0, 0, 1, 1])
    at = int(np.argmax(got.ravel() != expected))
    said = f"got {got.ravel()[at]}, expected {expected[at]}"
    return f"the app's threshold is wrong {PROBED[at]}: {said}"


def _size(shape: Sequence[int]) -> tuple[int, int] | None:
    """Height and width of scores with one channel, first or last."""
    if len(shape) != 4 or shape[0] != 1 or 1 not in (shape[1], shape[3]):
        return None
    return (shape[2], shape[3]) if shape[1] == 1 else (shape[1], shape[2])
