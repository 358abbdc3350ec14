"""Pixels in the wrong place, or channels in the wrong order: mistakes of images u8 [h, w, 3]."""

from __future__ import annotations

import numpy as np

from onpar.parity.causes import Fault, Table, Tensor, nearer


def _turned(ref: Tensor, quarters: int) -> Tensor:
    return np.rot90(ref, quarters)


def _read_as_turned(fault: Fault) -> Tensor:
    """The bytes of [h, w, 3] read as if they were [w, h, 3]."""
    height, width, channels = fault.ref.shape
    return fault.ref.reshape((width, height, channels))


def _with_alpha(fault: Fault) -> Tensor | None:
    if fault.got.shape != (*fault.ref.shape[:2], 4):
        return None
    rgba: Tensor = np.concatenate([fault.ref, fault.got[:, :, 3:]], axis=2)
    return rgba


def _alpha_first(fault: Fault) -> Tensor:
    opaque = np.full_like(fault.ref[:, :, :1], 255)
    return np.concatenate([opaque, fault.ref[:, :, :2]], axis=2)


def _interleaved(fault: Fault) -> Tensor:
    """The bytes of [3, h, w] read as if they were [h, w, 3]."""
    return fault.ref.transpose(2, 0, 1).reshape(fault.ref.shape)


def _subsampled(fault: Fault) -> Tensor | None:
    """Every second, fourth or eighth pixel, or their mean, as BitmapFactory's inSampleSize."""
    height, width, _ = fault.ref.shape
    for step in (2, 4, 8):
        for size in ((-(-height // step), -(-width // step)), (height // step, width // step)):
            if fault.got.shape == (*size, 3) and min(size) > 0:
                taken: Tensor = fault.ref[::step, ::step][: size[0], : size[1]]
                blocks = fault.ref[: size[0] * step, : size[1] * step]
                if blocks.shape[:2] != (size[0] * step, size[1] * step):
                    return taken
                mean = blocks.reshape(size[0], step, size[1], step, 3).mean((1, 3))
                return nearer(fault, taken, mean.round())
    return None


LAYOUT: Table = {
    "the image is mirrored left to right": lambda f: f.ref[:, ::-1],
    "the image is upside down": lambda f: f.ref[::-1],
    "the image is turned by 180°: EXIF orientation is ignored": lambda f: f.ref[::-1, ::-1],
    "the image is turned by 90° to the left: EXIF orientation is ignored": (
        lambda f: _turned(f.ref, 1)
    ),
    "the image is turned by 90° to the right: EXIF orientation is ignored": (
        lambda f: _turned(f.ref, -1)
    ),
    "width and height are swapped": lambda f: f.ref.swapaxes(0, 1),
    "the bytes are read with width and height swapped": _read_as_turned,
    "red and blue are swapped (BGR)": lambda f: f.ref[:, :, ::-1],
    "alpha comes first: the bytes of ARGB are read as RGB": _alpha_first,
    "it has four channels: alpha was not dropped": _with_alpha,
    "the channels come one after another: planes [3, height, width]": (
        lambda f: f.ref.transpose(2, 0, 1)
    ),
    "planes [3, height, width] are read as pixels [height, width, 3]": _interleaved,
}

WRONG_SUBSAMPLING: Table = {
    "the photo is decoded at a half, a quarter or an eighth of its size": _subsampled,
}
