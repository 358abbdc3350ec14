"""`to-image`: a picture u8 [h, w, 3] of f32 [1, C, h, w] or [1, h, w, C]."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import numpy as np

from onpar.parity.causes import Fault, Mistakes
from onpar.parity.causes.pictures import PICTURE
from onpar.parity.contract.seen import Seen
from onpar.parity.contract.span import Span
from onpar.parity.contract.steps.json_numbers import as_floats
from onpar.parity.contract.steps.normalize import LAYOUTS
from onpar.parity.contract.steps.step import Step, Tensor
from onpar.parity.contract.tensor_spec import ANY, TensorSpec, shown
from onpar.parity.contract.tolerance import EPS, Tolerance
from onpar.parity.limits.limits import MAX_FLOAT32, MAX_LEVEL, MAX_PIXELS

BOUNDARY = 4 * EPS
"""How near to a whole number x · scale + offset must lie, as a share of its two parts, for a level
to be one off: an app may fuse the product and the sum, or compute in double."""

EXACT_BUT_AT_BOUNDARIES = Tolerance(
    0.0,
    0.0,
    "exact but where x·scale + offset lies within 4·eps of a whole number: there the level may be "
    "one off, as an app may round the product and the sum together",
)


class ToImage(Step, frozen=True, tag="to-image"):
    """clamp(floor(x · scale + offset), 0, 255), in float32, the product rounded before the sum.

    A picture of one channel is gray; NaN is 0. torchvision's `save_image` has the scale 255 and the
    offset 0.5, StyleGAN2's `generate.py` 127.5 and 128.
    """

    scale: float
    offset: float
    layout: str

    mistakes: ClassVar[Mistakes | None] = PICTURE

    def __post_init__(self) -> None:
        as_floats(self, "scale", "offset")

    def faults(self, given: Sequence[TensorSpec]) -> Iterator[str]:
        [name], [spec] = self.takes, given
        said = f"takes {name}, {spec.dtype} {shown(spec.shape)}, expected float32"
        if spec.dtype != "float32" or len(spec.shape) != 4 or spec.shape[0] != 1:
            yield f"{said} [1, channels, h, w] or [1, h, w, channels]"
        for what, number in (("scale", self.scale), ("offset", self.offset)):
            if type(number) is not float or not abs(number) <= MAX_FLOAT32:
                yield f"{what} is {str(number)[:80]}, expected a number that float32 holds"
            if what == "scale" and not np.float32(number):
                yield (
                    f"scale is {number:g}, 0 in float32, expected another number: every picture "
                    "would be the same"
                )
        if self.layout not in LAYOUTS:
            yield f"layout is {str(self.layout)[:80]!r}, expected one of {', '.join(LAYOUTS)}"
        channels, height, width = _sides(spec.shape, self.layout)
        if channels not in (1, 3) or ANY in spec.shape:
            expected = "[1, C, h, w]" if self.layout == "NCHW" else "[1, h, w, C]"
            yield f"{said} {expected} with C = 1 or 3"
        if height * width > MAX_PIXELS:
            yield f"{said} of at most {MAX_PIXELS // 1_000_000} megapixels"

    def specs(self, given: Sequence[TensorSpec]) -> tuple[TensorSpec, ...]:
        [name], [spec] = self.makes, given
        return (TensorSpec(name, (*_sides(spec.shape, self.layout)[1:], 3), "uint8"),)

    def compute(self, given: Sequence[Any]) -> tuple[Tensor, ...]:
        [values] = given
        with np.errstate(over="ignore", invalid="ignore"):
            scaled = values * np.float32(self.scale) + np.float32(self.offset)
        levels = np.nan_to_num(np.floor(scaled), nan=0.0).clip(0, MAX_LEVEL).astype(np.uint8)
        return (np.ascontiguousarray(self._pixels(levels)),)

    def at_boundaries(self, got: Tensor, ref: Tensor, given: Sequence[Tensor]) -> Tensor:
        off = np.abs(got.astype(np.int16) - ref) == 1
        if not off.any():
            return ref
        x = self._pixels(given[0])[off].astype(np.float64)
        scale, offset = (float(np.float32(one)) for one in (self.scale, self.offset))
        reach = BOUNDARY * (np.abs(x * scale) + abs(offset))
        low, high = (
            np.floor(x * scale + offset + one).clip(0, MAX_LEVEL) for one in (-reach, reach)
        )
        allowed = ref.copy()
        allowed[off] = np.where((low <= got[off]) & (got[off] <= high), got[off], ref[off])
        return allowed

    def tolerance(self, ref: Tensor) -> Tolerance:
        return EXACT_BUT_AT_BOUNDARIES

    def fault(self, got: Tensor, ref: Tensor, given: Sequence[Tensor]) -> Fault:
        return Fault(got, ref, given[0] if given else None, picture=self)

    def seen(
        self,
        got: Sequence[Tensor],
        golden: Sequence[Tensor],
        spans: Sequence[Span],
    ) -> Seen:
        """A pixel that differs is explained if each level is one that its value may honestly
        give."""
        [picture], [expected], [values] = got, golden, spans
        off = np.abs(picture.astype(np.int16) - expected)
        differ = off.any(-1)
        least, most = self._levels(values)
        beyond = ((off > 0) & ((picture < least) | (picture > most))).any(-1)
        count, pixels = int(differ.sum()), differ.size
        sentence = Seen.said(count, pixels, "pixels")
        if count:
            sentence += f", the furthest {int(off.max())} levels away"
        return Seen(1 - count / pixels, sentence, count, int(beyond.sum()))

    def _levels(self, values: Span) -> tuple[Tensor, Tensor]:
        """The least and the most level of each pixel [h, w, 3], for values of this span."""
        scale, offset = (float(np.float32(one)) for one in (self.scale, self.offset))
        ends = [one.astype(np.float64) * scale for one in (values.low, values.high)]
        low, high = np.minimum(*ends), np.maximum(*ends)
        near = BOUNDARY * (np.maximum(np.abs(low), np.abs(high)) + abs(offset))
        least, most = (
            np.floor(one).clip(0, MAX_LEVEL) for one in (low + offset - near, high + offset + near)
        )
        return self._pixels(least), self._pixels(most)

    def _pixels(self, values: Tensor) -> Tensor:
        """Values [1, C, h, w] or [1, h, w, C] as [h, w, 3]."""
        last = values[0].transpose(1, 2, 0) if self.layout == "NCHW" else values[0]
        return np.broadcast_to(last, (*last.shape[:2], 3))


def _sides(shape: Sequence[int], layout: str) -> tuple[int, int, int]:
    """Channels, height and width."""
    _, first, second, third = shape
    return (first, second, third) if layout == "NCHW" else (third, first, second)
