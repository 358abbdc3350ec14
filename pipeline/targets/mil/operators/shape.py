"""The same elements in another shape or order."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor


def depth_to_space(x: Tensor, *, block_size: int) -> Tensor:
    """The position in the block is the outer part of the channel, as in TensorFlow."""
    n, c, h, w = x.shape
    b = block_size
    blocks = x.view(n, b, b, c // (b * b), h, w)
    return blocks.permute(0, 3, 4, 1, 5, 2).reshape(n, c // (b * b), h * b, w * b)


def space_to_depth(x: Tensor, *, block_size: int) -> Tensor:
    """The inverse of depth_to_space."""
    n, c, h, w = x.shape
    b = block_size
    blocks = x.reshape(n, c, h // b, b, w // b, b)
    return blocks.permute(0, 3, 5, 1, 2, 4).reshape(n, c * b * b, h // b, w // b)


def pixel_shuffle(x: Tensor, *, upscale_factor: int) -> Tensor:
    return torch.pixel_shuffle(x, upscale_factor)


def pixel_unshuffle(x: Tensor, *, downscale_factor: int) -> Tensor:
    return torch.pixel_unshuffle(x, downscale_factor)


def expand_dims(x: Tensor, *, axes: Sequence[int]) -> Tensor:
    rank = x.dim() + len(axes)
    for axis in sorted(axis % rank for axis in axes):
        x = x.unsqueeze(axis)
    return x


def squeeze(x: Tensor, *, axes: Sequence[int] | None = None) -> Tensor:
    return x.squeeze() if axes is None else x.squeeze(tuple(axes))


def reshape(x: Tensor, shape: Tensor) -> Tensor:
    """A 0 in `shape` means the input's side at the same place, counted from the last side, or 1 if
    the input has none there. Before iOS 17 both have the same rank, so counting from either end is
    equal."""
    sides = shape.tolist()
    more = x.dim() - len(sides)
    here = [x.shape[axis] if axis >= 0 else 1 for axis in range(more, x.dim())]
    return x.reshape([side or own for side, own in zip(sides, here, strict=True)])


def reshape_like(
    x: Tensor,
    ref_tensors: Sequence[Tensor],
    begins: Sequence[Tensor],
    ends: Sequence[Tensor],
    end_masks: Sequence[Tensor],
) -> Tensor:
    wanted: list[int] = []
    for ref, begin, end, to_end in zip(ref_tensors, begins, ends, end_masks, strict=True):
        wanted += ref.shape[int(begin) : None if bool(to_end) else int(end)]
    return x.reshape(wanted)


def flatten2d(x: Tensor, *, axis: int) -> Tensor:
    before = x.shape[:axis].numel()
    return x.reshape(before, -1)


def transpose(x: Tensor, *, perm: Sequence[int]) -> Tensor:
    return x.permute(*perm)


def reverse(x: Tensor, *, axes: Sequence[int] | None = None) -> Tensor:
    return x.flip(tuple(range(x.dim())) if axes is None else tuple(axes))


def reverse_sequence(x: Tensor, lengths: Tensor, *, seq_axis: int, batch_axis: int) -> Tensor:
    """Reverses the first `lengths` elements of every batch element."""
    parts = []
    for part, length in zip(x.unbind(batch_axis), lengths.tolist(), strict=True):
        axis = seq_axis % x.dim()
        axis -= axis > batch_axis % x.dim()
        head, tail = part.tensor_split([length], axis)
        parts.append(torch.cat([head.flip(axis), tail], axis))
    return torch.stack(parts, batch_axis)


def space_to_batch(
    x: Tensor, *, block_shape: Sequence[int], paddings: Sequence[Sequence[int]]
) -> Tensor:
    (top, bottom), (left, right) = paddings
    x = torch.nn.functional.pad(x, (left, right, top, bottom))
    n, c, h, w = x.shape
    bh, bw = block_shape
    blocks = x.view(n, c, h // bh, bh, w // bw, bw)
    return blocks.permute(3, 5, 0, 1, 2, 4).reshape(n * bh * bw, c, h // bh, w // bw)


def batch_to_space(
    x: Tensor, *, block_shape: Sequence[int], crops: Sequence[Sequence[int]]
) -> Tensor:
    n, c, h, w = x.shape
    bh, bw = block_shape
    blocks = x.reshape(bh, bw, n // (bh * bw), c, h, w).permute(2, 3, 4, 0, 5, 1)
    whole = blocks.reshape(n // (bh * bw), c, h * bh, w * bw)
    (top, bottom), (left, right) = crops
    return whole[:, :, top : h * bh - bottom, left : w * bw - right]


def sliding_windows(x: Tensor, *, axis: int, size: int, stride: int) -> Tensor:
    return x.unfold(axis, size, stride).movedim(-1, axis % x.dim() + 1)


def shape(x: Tensor) -> Tensor:
    return torch.tensor(x.shape, dtype=torch.int32)


def identity(x: Tensor) -> Tensor:
    return x
