"""`normalize`: pixels u8 [h, w, 3] as the model's input [1, C, h, w] or [1, h, w, C]."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import msgspec
import numpy as np

from onpar.parity.causes import Fault, Mistakes
from onpar.parity.causes.inputs import INPUT
from onpar.parity.contract.groups import peaks
from onpar.parity.contract.steps.pixels import image_faults
from onpar.parity.contract.steps.step import Step, Tensor
from onpar.parity.contract.tensor_spec import ANY, TensorSpec
from onpar.parity.contract.tolerance import EPS, EXACT, Allowed, Tolerance
from onpar.parity.image.channels import CHANNELS, in_channels
from onpar.parity.image.fit import normalised
from onpar.parity.limits.limits import MAX_FLOAT32, MIN_STD

BGR = "BGR"
UPSIDE_DOWN = "upside down"


LAYOUTS = ("NCHW", "NHWC")
DTYPES = ("float32", "uint8")

EXPECTED = {
    0: "none, as a uint8 input is the levels themselves",
    1: "one number that float32 holds",
    3: "three numbers for R, G and B that float32 holds",
}
"""What a mean or a standard deviation must be, by the count of numbers."""


FOLDED = (
    "4·eps of the channel's largest value, or of mean / std if that is larger: an app may fold the "
    "three steps into fewer, as one multiplication and one addition (measured 1.93 eps of it away "
    "on photographs), or multiply by 1/255 (2.47; 2.83 with means and stds drawn by chance)"
)


class Normalize(Step, frozen=True, tag="normalize"):
    """(level / 255 − mean) / std, of 0–1 intensities, or with the dtype uint8 the levels.

    `channels` are `rgb`, `bgr`, or `gray` (Pillow's `convert("L")`); `mean` and `std` are in their
    order, and empty with uint8. `layout` is `NCHW` or `NHWC`.
    """

    mean: tuple[float, ...]
    std: tuple[float, ...]
    channels: str = "rgb"
    layout: str = "NCHW"
    dtype: str = "float32"

    mistakes: ClassVar[Mistakes | None] = INPUT

    def __post_init__(self) -> None:
        # JSON writes 0 and 0.0 differently: a sidecar that is read must have the same digest.
        for name in ("mean", "std"):
            values = getattr(self, name)
            if isinstance(values, tuple) and any(type(value) is int for value in values):
                floats = tuple(float(v) if type(v) is int else v for v in values)
                msgspec.structs.force_setattr(self, name, floats)

    @property
    def of_planes(self) -> bool:
        """Whether it makes the usual RGB planes f32 [1, 3, h, w]."""
        return (self.channels, self.layout, self.dtype) == ("rgb", "NCHW", "float32")

    def faults(self, given: Sequence[TensorSpec]) -> Iterator[str]:
        yield from image_faults(self.takes, given)
        if any(ANY in spec.shape for spec in given):
            yield f"takes {self.takes[0]}, whose size depends on the photo: resize it first"
        for what, known in (
            ("channels", tuple(CHANNELS)),
            ("layout", LAYOUTS),
            ("dtype", DTYPES),
        ):
            if getattr(self, what) not in known:
                yield f"{what} is {getattr(self, what)!r}, expected one of {', '.join(known)}"

    def number_faults(self) -> Iterator[str]:
        count = 0 if self.dtype == "uint8" else len(CHANNELS[self.channels])
        for what, values, least in (("mean", self.mean, 0.0), ("std", self.std, MIN_STD)):
            if len(values) != count or not all(least <= abs(v) <= MAX_FLOAT32 for v in values):
                not_0 = ", and std not 0" if least else ""
                yield f"{what} is {values}, expected {EXPECTED[count]}{not_0 if count else ''}"

    def specs(self, given: Sequence[TensorSpec]) -> tuple[TensorSpec, ...]:
        [name], [pixels], count = self.makes, given, len(CHANNELS[self.channels])
        size = pixels.shape[:2]
        shape = (1, count, *size) if self.layout == "NCHW" else (1, *size, count)
        return (TensorSpec(name, shape, self.dtype),)

    def compute(self, given: Sequence[Any]) -> tuple[Tensor, ...]:
        [pixels] = given
        levels = in_channels(np.ascontiguousarray(pixels), self.channels)
        values = levels if self.dtype == "uint8" else normalised(levels, self)
        planes = values.transpose(2, 0, 1) if self.layout == "NCHW" else values
        # A new axis of numpy's has the stride 0, which ExecuTorch refuses.
        return (np.ascontiguousarray(planes).reshape(1, *planes.shape),)

    def tolerance(self, ref: Tensor) -> Tolerance | Allowed:
        """By channel, each of which has a mean and a std of its own."""
        if self.dtype == "uint8":
            return EXACT
        axis = 1 if self.layout == "NCHW" else 3
        shifts = (abs(m / s) for m, s in zip(self.mean, self.std, strict=True))
        bounds = (
            4 * EPS * max(peak, shift) for peak, shift in zip(peaks(ref, axis), shifts, strict=True)
        )
        return Allowed(axis, tuple(Tolerance(one, one, FOLDED) for one in bounds))

    def fault(self, got: Tensor, ref: Tensor, given: Sequence[Tensor]) -> Fault:
        # The known mistakes are those of RGB planes.
        known = given and self.of_planes
        return Fault(got, ref, given[0] if known else None, normalization=self)

    def altered(self, given: Sequence[Tensor]) -> Mapping[str, tuple[Tensor, ...]]:
        [pixels] = given
        return {BGR: (pixels[:, :, ::-1],), UPSIDE_DOWN: (pixels[::-1],)}
