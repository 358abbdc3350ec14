"""`resize-image`: pixels u8 [H, W, 3] fitted to u8 [height, width, 3]."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from onpar.parity.causes import Fault, Mistakes
from onpar.parity.causes.resized import RESIZED
from onpar.parity.contract.steps.pixels import image_faults, is_colour
from onpar.parity.contract.steps.step import Step, Tensor
from onpar.parity.contract.tensor_spec import TensorSpec
from onpar.parity.image.fit import fit
from onpar.parity.limits.limits import FILTERS, FITS, MAX_LEVEL, MAX_PIXELS, MAX_SIDE


class ResizeImage(Step, frozen=True, tag="resize-image"):
    """A photo of any shape, fitted as `onpar.parity.image.fit.fit` says."""

    height: int
    width: int
    fit: str = "stretch"
    pad: tuple[int, int, int] = (0, 0, 0)
    shorter: int = 0
    filter: str = "bilinear"
    antialias: bool = True

    mistakes: ClassVar[Mistakes | None] = RESIZED

    def faults(self, given: Sequence[TensorSpec]) -> Iterator[str]:
        yield from image_faults(self.takes, given)
        for what, side in (("height", self.height), ("width", self.width)):
            if not 1 <= side <= MAX_SIDE:
                yield f"{what} is {str(side)[:80]}, expected 1 to {MAX_SIDE}"
        if self.height * self.width > MAX_PIXELS:
            yield (
                f"height and width are {self.height} and {self.width}, expected at most "
                f"{MAX_PIXELS // 1_000_000} megapixels"
            )
        if self.fit not in FITS:
            yield f"fit is {str(self.fit)[:80]!r}, expected one of {', '.join(FITS)}"
        least, most = (max(self.height, self.width), MAX_SIDE) if self.fit == "shorter" else (0, 0)
        if not least <= self.shorter <= most:
            yield (
                f"shorter is {str(self.shorter)[:80]}, expected {least} to {most}: the length of "
                "the shorter side before the crop, with another fit 0"
            )
        if not is_colour(self.pad):
            yield f"pad is {str(self.pad)[:80]}, expected three levels of 0 to {MAX_LEVEL}"
        if self.filter not in FILTERS:
            yield f"filter is {str(self.filter)[:80]!r}, expected one of {', '.join(FILTERS)}"
        if type(self.antialias) is not bool:
            yield f"antialias is {str(self.antialias)[:80]!r}, expected True or False"

    def specs(self, given: Sequence[TensorSpec]) -> tuple[TensorSpec, ...]:
        [name] = self.makes
        return (TensorSpec(name, (self.height, self.width, 3), "uint8"),)

    def compute(self, given: Sequence[Any]) -> tuple[Tensor, ...]:
        [pixels] = given
        return (fit(pixels, self),)

    def fault(self, got: Tensor, ref: Tensor, given: Sequence[Tensor]) -> Fault:
        return Fault(got, ref, given[0] if given else None, fitting=self)
