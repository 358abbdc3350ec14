"""`normalize`: pixels u8 [h, w, 3] as the model's input f32 [1, 3, h, w]."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import msgspec
import numpy as np

from onpar.parity.causes import Fault, Mistakes
from onpar.parity.causes.inputs import INPUT
from onpar.parity.contract.steps.pixels import image_faults
from onpar.parity.contract.steps.step import Step, Tensor
from onpar.parity.contract.tensor_spec import ANY, TensorSpec
from onpar.parity.contract.tolerance import EPS, Tolerance
from onpar.parity.image.fit import normalise
from onpar.parity.limits.limits import MAX_FLOAT32, MIN_STD

BGR = "BGR"
UPSIDE_DOWN = "upside down"


class Normalize(Step, frozen=True, tag="normalize"):
    """(level / 255 − mean) / std, of 0–1 intensities in the order R, G, B."""

    mean: tuple[float, ...]
    std: tuple[float, ...]

    mistakes: ClassVar[Mistakes | None] = INPUT

    def __post_init__(self) -> None:
        # JSON writes 0 and 0.0 differently: a sidecar that is read must have the same digest.
        for name in ("mean", "std"):
            values = getattr(self, name)
            if isinstance(values, tuple) and any(type(value) is int for value in values):
                floats = tuple(float(v) if type(v) is int else v for v in values)
                msgspec.structs.force_setattr(self, name, floats)

    def faults(self, given: Sequence[TensorSpec]) -> Iterator[str]:
        yield from image_faults(self.takes, given)
        if any(ANY in spec.shape for spec in given):
            yield f"takes {self.takes[0]}, whose size depends on the photo: resize it first"

    def number_faults(self) -> Iterator[str]:
        for what, values, least in (("mean", self.mean, 0.0), ("std", self.std, MIN_STD)):
            if len(values) != 3 or not all(least <= abs(value) <= MAX_FLOAT32 for value in values):
                not_0 = ", and std not 0" if least else ""
                yield (
                    f"{what} is {values}, expected three numbers for R, G and B that float32 "
                    f"holds{not_0}"
                )

    def specs(self, given: Sequence[TensorSpec]) -> tuple[TensorSpec, ...]:
        [name], [pixels] = self.makes, given
        return (TensorSpec(name, (1, 3, *pixels.shape[:2])),)

    def compute(self, given: Sequence[Any]) -> tuple[Tensor, ...]:
        [pixels] = given
        return (normalise(np.ascontiguousarray(pixels), self),)

    def tolerance(self, ref: Tensor) -> Tolerance:
        bound = 4 * EPS * float(np.abs(ref).max())
        return Tolerance(
            bound,
            bound,
            "4·eps·max|input|: an app may fold the three steps into fewer, as one multiplication "
            "and one addition (measured 1.58 eps·max|input| away on photographs), or multiply by "
            "1/255 (2.37)",
        )

    def fault(self, got: Tensor, ref: Tensor, given: Sequence[Tensor]) -> Fault:
        return Fault(got, ref, given[0] if given else None, normalization=self)

    def altered(self, given: Sequence[Tensor]) -> Mapping[str, tuple[Tensor, ...]]:
        [pixels] = given
        return {BGR: (pixels[:, :, ::-1],), UPSIDE_DOWN: (pixels[::-1],)}
