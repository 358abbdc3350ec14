"""Joins, repeats, splits, slices and pads tensors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from onpar.pipeline.targets.mil.operators.windows import padded


def concat(values: Sequence[Tensor], *, axis: int, interleave: bool) -> Tensor:
    if values[0].dim() == 0:
        return torch.stack(list(values))
    if interleave:
        axis %= values[0].dim()
        return torch.stack(list(values), axis + 1).flatten(axis, axis + 1)
    return torch.cat(list(values), axis)


def stack(values: Sequence[Tensor], *, axis: int) -> Tensor:
    return torch.stack(list(values), axis)


def split(
    x: Tensor,
    *,
    axis: int,
    num_splits: int | None = None,
    split_sizes: Sequence[int] | None = None,
) -> tuple[Tensor, ...]:
    if split_sizes is None:
        assert num_splits is not None
        return x.tensor_split(num_splits, axis)
    return torch.split_with_sizes(x, list(split_sizes), axis)


def tile(x: Tensor, reps: Tensor) -> Tensor:
    return x.tile(reps.tolist())


def slices(
    rank: int,
    begin: Tensor,
    end: Tensor,
    stride: Tensor | None,
    begin_mask: Sequence[bool] | None,
    end_mask: Sequence[bool] | None,
    squeeze_mask: Sequence[bool] | None,
) -> list[slice]:
    """One slice per axis; for a squeezed axis the single element at `begin`, or at 0 if masked."""
    none = [False] * rank
    found = []
    for axis, (first, last) in enumerate(zip(begin.tolist(), end.tolist(), strict=True)):
        step = 1 if stride is None else int(stride[axis])
        masked = (begin_mask or none)[axis]
        if (squeeze_mask or none)[axis]:
            only = 0 if masked else first
            found.append(slice(only, None if only == -1 else only + 1, 1))
            continue
        start = None if masked else first
        stop = None if (end_mask or none)[axis] else last
        found.append(slice(start, stop, step))
    return found


def slice_by_index(
    x: Tensor,
    begin: Tensor,
    end: Tensor,
    stride: Tensor | None = None,
    *,
    begin_mask: Sequence[bool] | None = None,
    end_mask: Sequence[bool] | None = None,
    squeeze_mask: Sequence[bool] | None = None,
) -> Tensor:
    found = slices(x.dim(), begin, end, stride, begin_mask, end_mask, squeeze_mask)
    for axis, one in enumerate(found):
        # torch's own slices have no negative step.
        x = x.index_select(axis, torch.arange(x.shape[axis])[_positions(one, x.shape[axis])])
    gone = [axis for axis, squeezed in enumerate(squeeze_mask or ()) if squeezed]
    return x.squeeze(gone)


def slice_update(
    x: Tensor,
    update: Tensor,
    begin: Tensor,
    end: Tensor,
    stride: Tensor | None = None,
    *,
    begin_mask: Sequence[bool] | None = None,
    end_mask: Sequence[bool] | None = None,
    squeeze_mask: Sequence[bool] | None = None,
) -> Tensor:
    found = slices(x.dim(), begin, end, stride, begin_mask, end_mask, squeeze_mask)
    places = [_positions(one, side) for one, side in zip(found, x.shape, strict=True)]
    changed = x.clone()
    grid = torch.meshgrid(*places, indexing="ij")
    changed[grid] = update.reshape(grid[0].shape) if grid else update
    return changed


def slice_by_size(x: Tensor, begin: Tensor, size: Tensor) -> Tensor:
    """A size of -1 takes everything to the end."""
    for axis, (first, count) in enumerate(zip(begin.tolist(), size.tolist(), strict=True)):
        first %= x.shape[axis] or 1
        x = x.narrow(axis, first, x.shape[axis] - first if count == -1 else count)
    return x


def pad(x: Tensor, pad: Tensor, *, mode: str, constant_val: float) -> Tensor:
    """Pads the last axes, as many as `pad` has pairs."""
    pairs = [(int(before), int(after)) for before, after in pad.view(-1, 2).tolist()]
    if mode == "constant":
        return padded(x, pairs, constant_val)
    places = {"reflect": "reflect", "replicate": "edge"}
    for axis, pair in enumerate(pairs, x.dim() - len(pairs)):
        if any(pair):
            taken = np.pad(np.arange(x.shape[axis]), pair, places[mode])  # type: ignore[call-overload]
            x = x.index_select(axis, torch.from_numpy(taken))
    return x


def crop(x: Tensor, *, crop_height: Sequence[int], crop_width: Sequence[int]) -> Tensor:
    """Cuts off as many elements before and after each of the last two sides."""
    (top, bottom), (left, right) = crop_height, crop_width
    return padded(x, [(-top, -bottom), (-left, -right)], 0.0)


def _positions(one: slice, side: int) -> Tensor:
    return torch.tensor(range(*one.indices(side)), dtype=torch.int64)
