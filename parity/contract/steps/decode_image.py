"""`decode-image`: an image file's pixels u8 [H, W, 3], by the image contract."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from onpar.parity.causes import Mistakes
from onpar.parity.causes.decoded import DECODED
from onpar.parity.contract.steps.step import Step, Tensor
from onpar.parity.contract.tensor_spec import ANY, TensorSpec
from onpar.parity.contract.tolerance import Tolerance

DECODE_IMAGE = "decode-image"
"""Its kind."""

DECODED_TOLERANCE = Tolerance(0.0, 0.0, "decoding by libjpeg-turbo, and of PNG by anyone, is exact")


@dataclass(frozen=True)
class ImageFile:
    """A source: an image file's name, for messages, and its bytes."""

    name: str
    data: bytes


class DecodeImage(Step, frozen=True, tag=DECODE_IMAGE):
    """An image file's pixels, upright, RGB in sRGB."""

    takes_source: ClassVar[bool] = True
    mistakes: ClassVar[Mistakes | None] = DECODED

    def specs(self, given: Sequence[TensorSpec]) -> tuple[TensorSpec, ...]:
        [name] = self.makes
        return (TensorSpec(name, (ANY, ANY, 3), "uint8"),)

    def compute(self, given: Sequence[Any]) -> tuple[Tensor, ...]:
        """The pixels of an ImageFile. Raises ImageError."""
        # Pillow takes a tenth of a second, and what only reads sidecars does not need it.
        from onpar.parity.image.decode import decode

        [file] = given
        return (decode(file.data, file.name),)

    def tolerance(self, ref: Tensor) -> Tolerance:
        return DECODED_TOLERANCE
