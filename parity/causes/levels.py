"""Wrong levels in the right place: mistakes of images u8 [h, w, 3], pixel by pixel."""

from __future__ import annotations

import numpy as np

from onpar.parity.causes import Fault, Table, Tensor, nearer

CHROMA = 16
"""The least colour, in levels, of a pixel whose ratio to the reference is used: every grey is a
multiple of every other grey."""

LUMA = np.array((0.299, 0.587, 0.114))
"""BT.601's weights of R, G and B, which JPEG (JFIF) uses."""

LUMA_709 = np.array((0.2126, 0.7152, 0.0722))


def to_ycc(rgb: Tensor, luma: Tensor = LUMA) -> Tensor:
    """Full-range Y, Cb, Cr (the last two around 0), as JFIF: Cb = (B − Y) / (2 − 2·Kb)."""
    y = rgb @ luma
    blue, red = (rgb[..., 2] - y) / (2 - 2 * luma[2]), (rgb[..., 0] - y) / (2 - 2 * luma[0])
    return np.stack([y, blue, red], -1)


def to_rgb(ycc: Tensor, luma: Tensor = LUMA) -> Tensor:
    """The inverse of `to_ycc`, rounded to levels of 0–255."""
    y, cb, cr = ycc[..., 0], ycc[..., 1], ycc[..., 2]
    red, blue = y + (2 - 2 * luma[0]) * cr, y + (2 - 2 * luma[2]) * cb
    green = (y - luma[0] * red - luma[2] * blue) / luma[1]
    return np.stack([red, green, blue], -1).round().clip(0, 255)


def _ycc(fault: Fault) -> Tensor:
    return to_ycc(fault.ref.astype(np.float64))


def _rgb_565(fault: Fault) -> Tensor:
    """5, 6 and 5 bits, widened to 8 by repeating the high bits, or by zeros."""
    high = fault.ref & np.array((0xF8, 0xFC, 0xF8), np.uint8)
    return nearer(fault, high | (high >> np.array((5, 6, 5), np.uint8)), high)


def _premultiplied(fault: Fault) -> Tensor | None:
    """Each pixel times its own alpha, which is found by least squares.

    That is one of the three numbers of a pixel. Only colour distinguishes it from other errors, and
    only a varying alpha distinguishes it from a photo that is too dark. A vignette looks the same,
    so the sentence states only the observation.
    """
    if fault.got.shape != fault.ref.shape:
        return None
    got, ref = fault.got.astype(np.float64), fault.ref.astype(np.float64)
    square = np.square(ref).sum(-1)
    alpha = ((got * ref).sum(-1) / np.maximum(square, 1)).clip(0, 1)
    changed = (got != ref).any(-1)
    if not changed.any() or np.ptp(ref[changed], axis=-1).mean() < CHROMA:
        return None
    bright = alpha[square > 3 * 64**2]
    if not bright.size or np.ptp(bright) < 0.5:
        return None
    return np.where(square[..., None] > 0, (ref * alpha[..., None]).round(), 0)


def _washed_out(fault: Fault) -> Tensor:
    """Full-range Y'CbCr scaled to 16–235 and shown as it is."""
    ycc = _ycc(fault) * np.array((219, 224, 224)) / 255
    return to_rgb(ycc + np.array((16, 0, 0)))


def _too_contrasty(fault: Fault) -> Tensor:
    """Full-range Y'CbCr taken for video's 16–235."""
    ycc = _ycc(fault) - np.array((16, 0, 0))
    return to_rgb(ycc * 255 / np.array((219, 224, 224)))


def _to_linear(fault: Fault) -> Tensor:
    """sRGB's curve (IEC 61966-2-1) undone."""
    unit = fault.ref / 255
    linear = np.where(unit <= 0.04045, unit / 12.92, ((unit + 0.055) / 1.055) ** 2.4)
    return (255 * linear).round()


def _encoded_twice(fault: Fault) -> Tensor:
    unit = fault.ref / 255
    curve = np.where(unit <= 0.0031308, 12.92 * unit, 1.055 * unit ** (1 / 2.4) - 0.055)
    return (255 * curve).round()


def _grey(fault: Fault) -> Tensor:
    grey = (fault.ref @ LUMA).round()
    return np.broadcast_to(grey[..., None], fault.ref.shape)


LEVELS: Table = {
    "every pixel is black: nothing was drawn": lambda f: np.zeros_like(f.ref),
    "the colours are lost: it is grey": _grey,
    "it went through RGB 565": _rgb_565,
    "each pixel is darker by its own factor, as by premultiplied alpha": _premultiplied,
    "Cb and Cr are swapped (NV12 read as NV21)": lambda f: to_rgb(_ycc(f)[..., [0, 2, 1]]),
    "Y'CbCr is converted by BT.709's matrix instead of BT.601's": (
        lambda f: to_rgb(_ycc(f), LUMA_709)
    ),
    "full-range levels are squeezed into video range (16–235)": _washed_out,
    "full-range levels are taken for video range (16–235)": _too_contrasty,
    "the levels are linear light: sRGB's curve was undone": _to_linear,
    "sRGB's curve is applied twice": _encoded_twice,
}
