"""Mistakes of a picture u8 [h, w, 3] made of floats f32 [1, C, h, w] or [1, h, w, C]."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from onpar.parity.causes import Fault, Mistake, Mistakes, Part, Table, Tensor, is_image
from onpar.parity.causes.constants import Levels
from onpar.parity.causes.layout import LAYOUT
from onpar.parity.causes.levels import LEVELS
from onpar.parity.causes.thin import thin

Arithmetic = Callable[[Tensor, Levels], Tensor]
"""Of the values taken, in float64."""


def _of_values(arithmetic: Arithmetic, wraps: bool = False) -> Mistake:
    """The mistake that computes the levels like this."""

    def mistake(fault: Fault) -> Tensor | None:
        given, by = fault.given, fault.picture
        if given is None or by is None:
            return None
        values = given[0].transpose(1, 2, 0) if by.layout == "NCHW" else given[0]
        levels = np.nan_to_num(arithmetic(values.astype(np.float64), by)).clip(-(2**31), 2**31 - 1)
        levels = levels.astype(np.int64) % 256 if wraps else levels.clip(0, 255)
        return np.broadcast_to(levels, fault.ref.shape)

    return mistake


def _misread(fault: Fault) -> Tensor | None:
    """Planes read as pixels, or pixels as planes."""
    if fault.picture is None:
        return None
    height, width, channels = fault.ref.shape
    if fault.picture.layout == "NCHW":
        return np.moveaxis(fault.ref, -1, 0).reshape(fault.ref.shape)
    return np.moveaxis(fault.ref.reshape(channels, height, width), 0, -1)


WRONG_LEVELS: Table = {
    "the offset is not added": _of_values(lambda x, by: np.floor(x * by.scale)),
    "the levels are rounded after the offset, instead of down": _of_values(
        lambda x, by: np.rint(x * by.scale + by.offset)
    ),
    "the offset is added before the product": _of_values(
        lambda x, by: np.floor((x + by.offset) * by.scale)
    ),
    "the levels are clamped before the offset is added": _of_values(
        lambda x, by: np.floor((x * by.scale).clip(0, 255) + by.offset)
    ),
    "levels beyond 0–255 wrap around instead of being clamped": _of_values(
        lambda x, by: np.floor(x * by.scale + by.offset), wraps=True
    ),
    "the values are not scaled": _of_values(lambda x, _: np.floor(x)),
    "the values are taken for 0…1": _of_values(lambda x, _: np.floor(255 * x + 0.5)),
    "the values are taken for −1…1": _of_values(lambda x, _: np.floor(127.5 * x + 128)),
    "the levels are inverted": lambda f: 255 - f.ref,
    "the layout is misread: planes as pixels, or pixels as planes": _misread,
}


def _parts(fault: Fault) -> Iterator[Part]:
    if not is_image(fault.ref):
        return
    if fault.got.shape != fault.ref.shape:
        yield fault, LAYOUT
        return
    yield fault, {**WRONG_LEVELS, **LAYOUT}
    yield Fault(thin(fault.got), thin(fault.ref)), LEVELS


PICTURE = Mistakes(_parts, thin=True)
