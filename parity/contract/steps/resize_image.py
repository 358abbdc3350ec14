"""`resize-image`: pixels u8 [H, W, 3] fitted to u8 [height, width, 3]."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from onpar.parity.causes import Fault, Mistakes
from onpar.parity.causes.resized import RESIZED
from onpar.parity.contract.spec import TensorSpec
from onpar.parity.contract.steps.step import Step, Tensor
from onpar.parity.image.fit import fit


class ResizeImage(Step, frozen=True, tag="resize-image"):
    """A photo of any shape, fitted as `onpar.parity.image.fit.fit` says."""

    height: int
    width: int
    fit: str = "stretch"
    pad: tuple[int, int, int] = (0, 0, 0)

    stage: ClassVar[str] = "resized"
    mistakes: ClassVar[Mistakes | None] = RESIZED

    def specs(self, given: Sequence[TensorSpec]) -> tuple[TensorSpec, ...]:
        [name] = self.makes
        return (TensorSpec(name, (self.height, self.width, 3), "uint8"),)

    def compute(self, given: Sequence[Any]) -> tuple[Tensor, ...]:
        [pixels] = given
        return (fit(pixels, self),)

    def fault(self, got: Tensor, ref: Tensor, given: Sequence[Tensor]) -> Fault:
        return Fault(got, ref, given[0] if given else None, fitting=self)
