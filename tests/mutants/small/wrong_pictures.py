"""Integers and pictures as apps get them wrong: functions that make a `Break` of one step."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import wrong_walks as w
from picture_walks import SCALE, ZERO_POINT

from onpar.parity.contract.capture import Tensor

Change = Callable[[Tensor], Tensor]


def quantized(arithmetic: Change) -> w.Break:
    """A host that makes int8 of the floats, in float64, by other arithmetic."""

    def made(floats: Tensor) -> tuple[Tensor, ...]:
        return (arithmetic(floats.astype(np.float64)).clip(-128, 127).astype(np.int8),)

    return w.step(own={"quantize": made})


def quotient(floats: Tensor) -> Tensor:
    """x / scale, rounded to float32 as every app does."""
    divided = floats.astype(np.float32) / np.float32(SCALE)
    return np.asarray(divided.astype(np.float64))


def half_away(floats: Tensor) -> Tensor:
    """Math.round, or std::round."""
    divided = quotient(floats)
    return np.asarray(np.trunc(divided + np.copysign(0.5, divided)) + ZERO_POINT)


def wrapped(floats: Tensor) -> Tensor:
    """A cast to a byte, without a clamp."""
    levels = np.rint(quotient(floats)).astype(np.int64) + ZERO_POINT
    return levels.astype(np.uint8).view(np.int8)


def clamped_first(floats: Tensor) -> Tensor:
    return np.rint(quotient(floats)).clip(-128, 127) + ZERO_POINT


def as_uint8(floats: Tensor) -> Tensor:
    """The levels of uint8, whose zero point is 128 higher, in the bytes of int8."""
    levels = np.rint(quotient(floats)).clip(-128 - ZERO_POINT, 127 - ZERO_POINT) + ZERO_POINT
    return (levels + 128).astype(np.uint8).view(np.int8)


def dequantized(arithmetic: Change) -> w.Break:
    """A host that makes floats of the int8 by other arithmetic in float64."""
    return w.step(
        own={"dequantize": lambda q: (arithmetic(q.astype(np.float64)).astype(np.float32),)}
    )


def pictured(arithmetic: Change) -> w.Break:
    """A host that makes levels of the values [h, w, 3], in float64, by other arithmetic."""

    def made(values: Tensor) -> tuple[Tensor, ...]:
        last = values[0].transpose(1, 2, 0) if values.shape[1] == 3 else values[0]
        pixels = np.broadcast_to(last, (*last.shape[:2], 3)).astype(np.float64)
        return (np.ascontiguousarray(arithmetic(pixels).clip(0, 255).astype(np.uint8)),)

    return w.step(own={"to-image": made})


def levels(values: Tensor) -> Tensor:
    """A painter's levels as they must be, before the clamp."""
    return np.asarray(np.floor(values * 127.5 + 128))


def picture_of(change: Change) -> w.Break:
    """A right picture, changed on the way to the screen."""
    return w.put(picture=lambda picture: np.ascontiguousarray(change(picture)))


def planes_as_pixels(picture: Tensor) -> Tensor:
    """[3, h, w] read as [h, w, 3]."""
    return picture.transpose(2, 0, 1).reshape(picture.shape)


def with_alpha(picture: Tensor) -> Tensor:
    return np.concatenate([picture, np.full_like(picture[..., :1], 255)], -1)
