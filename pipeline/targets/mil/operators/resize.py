"""Resizes the last sides: each output element is read at a point of the input's grid."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

Points = NDArray[np.floating[Any]]

Grid = Callable[[int, int], Points]


def _strict_align_corners(size: int, out: int) -> Points:
    return np.arange(out) * ((size - 1) / (out - 1) if out > 1 else 0.0)


def _align_corners(size: int, out: int) -> Points:
    return np.array([(size - 1) / 2]) if out == 1 else _strict_align_corners(size, out)


def _default(size: int, out: int) -> Points:
    return np.arange(out) * (size / out)


def _offset_corners(size: int, out: int) -> Points:
    return (np.arange(out) + 0.5) * (max(1, size - 1) / out)


def _unalign_corners(size: int, out: int) -> Points:
    return (np.arange(out) + 0.5) * (size / out) - 0.5


GRIDS: dict[str, Grid] = {
    "STRICT_ALIGN_CORNERS": _strict_align_corners,
    "ALIGN_CORNERS": _align_corners,
    "DEFAULT": _default,
    "OFFSET_CORNERS": _offset_corners,
    "UNALIGN_CORNERS": _unalign_corners,
}
"""By `sampling_mode`, the points at which `size` elements are read for `out` elements, before they
are clipped to the grid: the formulas of coremltools' `resize_bilinear`. Its spacing for DEFAULT,
(size - size/out) / (out - 1), is size/out."""


def upsample_bilinear(
    x: Tensor,
    *,
    scale_factor_height: float,
    scale_factor_width: float,
    align_corners: bool,
    half_pixel_centers: bool | None = None,
) -> Tensor:
    """`half_pixel_centers` defaults to `not align_corners`."""
    half = not align_corners if half_pixel_centers is None else half_pixel_centers
    if align_corners and half:
        raise ValueError("align_corners with half_pixel_centers: what it means is not documented")
    mode = "STRICT_ALIGN_CORNERS" if align_corners else "UNALIGN_CORNERS" if half else "DEFAULT"
    return _linear(x, _scaled(x, scale_factor_height, scale_factor_width), mode)


def upsample_nearest_neighbor(
    x: Tensor, *, scale_factor_height: float, scale_factor_width: float
) -> Tensor:
    return _nearest(x, _scaled(x, scale_factor_height, scale_factor_width))


def resize_bilinear(
    x: Tensor, *, target_size_height: int, target_size_width: int, sampling_mode: str
) -> Tensor:
    return _linear(x, (target_size_height, target_size_width), sampling_mode)


def resize_nearest_neighbor(
    x: Tensor, *, target_size_height: int, target_size_width: int
) -> Tensor:
    return _nearest(x, (target_size_height, target_size_width))


def resize(
    x: Tensor,
    shape: Tensor,
    *,
    resized_dims: int,
    interpolation_mode: str,
    sampling_mode: str,
) -> Tensor:
    """Resizes the last `resized_dims` sides to those of `shape`; 0 means the input's side."""
    kept = x.shape[x.dim() - resized_dims :]
    wanted = shape.tolist()[len(shape) - resized_dims :]
    sizes = [new or old for new, old in zip(wanted, kept, strict=True)]
    if interpolation_mode == "LINEAR":
        return _linear(x, sizes, sampling_mode)
    if sampling_mode != "DEFAULT":
        raise ValueError(
            f"interpolation_mode {interpolation_mode} with sampling_mode {sampling_mode}: which "
            "element is the nearest is not documented; expected sampling_mode DEFAULT"
        )
    return _nearest(x, sizes)


def _scaled(x: Tensor, height: float, width: float) -> tuple[int, int]:
    """The sizes as inferred by coremltools: in the factors' own type, float32 or integers."""
    h, w = x.shape[-2:]
    return int(np.floor(np.float32(height) * h)), int(np.floor(np.float32(width) * w))


def _linear(x: Tensor, sizes: Sequence[int], mode: str) -> Tensor:
    for axis, out in enumerate(sizes, x.dim() - len(sizes)):
        size = x.shape[axis]
        points = GRIDS[mode](size, out).clip(0, size - 1)
        low = np.floor(points).astype(np.int64)
        part = torch.from_numpy((points - low).astype(np.float32))
        if out == size and not part.any():
            continue
        high = torch.from_numpy(np.minimum(low + 1, size - 1))
        part = part.view(-1, *[1] * (x.dim() - axis - 1))
        below, above = x.index_select(axis, torch.from_numpy(low)), x.index_select(axis, high)
        x = below + (above - below) * part
    return x


def _nearest(x: Tensor, sizes: Sequence[int]) -> Tensor:
    """Each output element is the input element in which it begins, as in PyTorch."""
    for axis, out in enumerate(sizes, x.dim() - len(sizes)):
        points = np.arange(out) * x.shape[axis] // out
        x = x.index_select(axis, torch.from_numpy(points))
    return x
