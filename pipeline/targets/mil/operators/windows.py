"""The windows of convolutions and pooling: the padding before and after each side."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor
from torch.nn import functional as F


@dataclass(frozen=True)
class Side:
    """One spatial side of `size` elements: the padding before and after it by `pad_type` and `pad`,
    and the number of windows."""

    size: int
    before: int
    after: int
    windows: int


def sides(
    x: Tensor,
    kernel: Sequence[int],
    strides: Sequence[int],
    pad_type: str,
    pad: Sequence[int],
    ceil_mode: bool = False,
) -> list[Side]:
    """The spatial sides of `x` under windows of the effective size `kernel`.

    By coremltools' `aggregated_pad` and `spatial_dimensions_out_shape`: with `same` there are as
    many windows as strides begin in the side, and the odd element of the padding is after it
    (`same_lower`: before it). With `ceil_mode` a window that begins beyond the side and its leading
    padding is left out, as in PyTorch, but only with padding: without padding it is kept.
    """
    found = []
    for axis, (size, k, stride) in enumerate(zip(x.shape[2:], kernel, strides, strict=True)):
        before, after = 0, 0
        if pad_type in ("same", "same_lower"):
            total = max(0, (math.ceil(size / stride) - 1) * stride + k - size)
            less, more = total // 2, total - total // 2
            before, after = (less, more) if pad_type == "same" else (more, less)
        elif pad_type == "custom":
            before, after = pad[2 * axis], pad[2 * axis + 1]
        elif pad_type != "valid":
            raise ValueError(f"pad_type {pad_type!r}, expected valid, same, same_lower or custom")
        steps = (size + before + after - k) / stride
        windows = (math.ceil(steps) if ceil_mode else math.floor(steps)) + 1
        if ceil_mode and before + after > 0 and (windows - 1) * stride >= size + before:
            windows -= 1
        found.append(Side(size, before, after, windows))
    return found


def padded(x: Tensor, amounts: Sequence[tuple[int, int]], value: float) -> Tensor:
    """The last sides with padding before and after them; negative padding is cut off."""
    flat = [amount for pair in reversed(amounts) for amount in pair]
    return F.pad(x, flat, value=value) if any(flat) else x
