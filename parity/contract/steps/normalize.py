"""`normalize`: pixels u8 [h, w, 3] as the model's input f32 [1, 3, h, w]."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from onpar.parity.causes import Fault, Mistakes
from onpar.parity.causes.inputs import INPUT
from onpar.parity.contract.spec import TensorSpec
from onpar.parity.contract.steps.step import Step, Tensor
from onpar.parity.contract.tolerance import EPS, Tolerance
from onpar.parity.image.fit import normalise

BGR = "BGR"
UPSIDE_DOWN = "upside down"


class Normalize(Step, frozen=True, tag="normalize"):
    """(level / 255 − mean) / std, of 0–1 intensities in the order R, G, B."""

    mean: tuple[float, float, float]
    std: tuple[float, float, float]

    stage: ClassVar[str] = "input"
    mistakes: ClassVar[Mistakes | None] = INPUT

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
