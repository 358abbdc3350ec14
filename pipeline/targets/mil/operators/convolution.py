"""Convolutions of one to three spatial sides."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from torch import Tensor
from torch.nn import functional as F

from onpar.pipeline.targets.mil.operators.windows import padded, sides

ByRank = dict[int, Callable[..., Tensor]]

CONV: ByRank = {3: F.conv1d, 4: F.conv2d, 5: F.conv3d}
CONV_TRANSPOSE: ByRank = {3: F.conv_transpose1d, 4: F.conv_transpose2d, 5: F.conv_transpose3d}
"""By the input's rank."""


def conv(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    *,
    strides: Sequence[int],
    pad_type: str,
    pad: Sequence[int],
    dilations: Sequence[int],
    groups: int,
) -> Tensor:
    kernel = _effective(weight, dilations)
    amounts = [(one.before, one.after) for one in sides(x, kernel, strides, pad_type, pad)]
    inside: Sequence[int] = [before for before, _ in amounts]
    if any(before != after for before, after in amounts):
        x, inside = padded(x, amounts, 0.0), [0] * len(amounts)
    return CONV[x.dim()](x, weight, bias, strides, inside, dilations, groups)


def conv_transpose(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    *,
    pad: Sequence[int],
    output_shape: Sequence[int] | None = None,
    pad_type: str,
    strides: Sequence[int],
    dilations: Sequence[int],
    groups: int,
) -> Tensor:
    """`pad` is cut off before and after the whole result; `output_shape` overrides the end, with
    zeros beyond the windows."""
    kernel = _effective(weight, dilations)
    whole = CONV_TRANSPOSE[x.dim()](x, weight, None, strides, 0, 0, groups, dilations)
    amounts = []
    for axis, (size, full) in enumerate(zip(x.shape[2:], whole.shape[2:], strict=True)):
        before, after = 0, 0
        if pad_type == "custom":
            before, after = pad[2 * axis], pad[2 * axis + 1]
        wanted = full - before - after
        if pad_type == "same":
            wanted = size * strides[axis]
        if output_shape is not None:
            wanted = output_shape[2 + axis]
        if pad_type == "same":
            before = max(0, kernel[axis] - strides[axis]) // 2
        elif pad_type not in ("custom", "valid"):
            raise ValueError(f"pad_type {pad_type!r}, expected valid, same or custom")
        amounts.append((-before, wanted - (full - before)))
    cut = padded(whole, amounts, 0.0)
    return cut if bias is None else cut + bias.view(-1, *[1] * len(amounts))


def _effective(weight: Tensor, dilations: Sequence[int]) -> list[int]:
    """The kernel's size including its dilation."""
    return [(k - 1) * d + 1 for k, d in zip(weight.shape[2:], dilations, strict=True)]
