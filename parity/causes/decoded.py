"""A photo decoded wrongly: mistakes of pixels u8 [h, w, 3]."""

from __future__ import annotations

from collections.abc import Iterator

from onpar.parity.causes import Fault, Mistakes, Part, is_image
from onpar.parity.causes.layout import LAYOUT, WRONG_SUBSAMPLING
from onpar.parity.causes.levels import LEVELS
from onpar.parity.causes.thin import thin


def _parts(fault: Fault) -> Iterator[Part]:
    if is_image(fault.ref):
        yield fault, {**LAYOUT, **WRONG_SUBSAMPLING}
        if fault.got.shape == fault.ref.shape:
            yield Fault(thin(fault.got), thin(fault.ref)), LEVELS


DECODED = Mistakes(_parts, thin=True)
