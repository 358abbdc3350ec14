"""Gathers elements from indices, and scatters elements to indices."""

from __future__ import annotations

import torch
from torch import Tensor

REDUCTIONS = {
    "add": "sum",
    "sub": "sum",
    "mul": "prod",
    "max": "amax",
    "min": "amin",
}
"""PyTorch's name of a scatter's `mode`; for sub and div the updates are inverted first."""


def gather(
    x: Tensor,
    indices: Tensor,
    *,
    axis: int,
    batch_dims: int = 0,
    validate_indices: bool = False,
) -> Tensor:
    axis %= x.dim()
    if batch_dims:
        found = [
            gather(
                part,
                places,
                axis=axis - 1,
                batch_dims=batch_dims - 1,
                validate_indices=validate_indices,
            )
            for part, places in zip(x, indices, strict=True)
        ]
        return torch.stack(found)
    places = _places(indices, x.shape[axis], validate_indices)
    taken = x.index_select(axis, places.flatten())
    return taken.reshape(*x.shape[:axis], *indices.shape, *x.shape[axis + 1 :])


def gather_along_axis(
    x: Tensor, indices: Tensor, *, axis: int, validate_indices: bool = False
) -> Tensor:
    return x.gather(axis, _places(indices, x.shape[axis], validate_indices))


def gather_nd(
    x: Tensor, indices: Tensor, *, batch_dims: int = 0, validate_indices: bool = False
) -> Tensor:
    if batch_dims:
        found = [
            gather_nd(part, places, batch_dims=batch_dims - 1, validate_indices=validate_indices)
            for part, places in zip(x, indices, strict=True)
        ]
        return torch.stack(found)
    return x[_by_axis(x, indices, validate_indices)]


def scatter(
    data: Tensor,
    indices: Tensor,
    updates: Tensor,
    *,
    axis: int,
    mode: str,
    validate_indices: bool = False,
) -> Tensor:
    axis %= data.dim()
    places = indices.view(-1, *[1] * (data.dim() - axis - 1)).expand(updates.shape)
    return scatter_along_axis(
        data, places, updates, axis=axis, mode=mode, validate_indices=validate_indices
    )


def scatter_along_axis(
    data: Tensor,
    indices: Tensor,
    updates: Tensor,
    *,
    axis: int,
    mode: str,
    validate_indices: bool = False,
) -> Tensor:
    places = _places(indices, data.shape[axis], validate_indices)
    if mode == "update":
        return data.scatter(axis, places, updates)
    if mode == "sub":
        updates = -updates
    if mode == "div":
        by = torch.ones_like(data).scatter_reduce(axis, places, updates, "prod")
        return data / by if data.is_floating_point() else torch.floor_divide(data, by)
    return data.scatter_reduce(axis, places, updates, REDUCTIONS[mode])


def scatter_nd(
    data: Tensor,
    indices: Tensor,
    updates: Tensor,
    *,
    mode: str,
    validate_indices: bool = False,
) -> Tensor:
    depth = indices.shape[-1]
    rows = torch.zeros(indices.shape[:-1], dtype=torch.int64)
    for axis, places in enumerate(_by_axis(data, indices, validate_indices)):
        rows = rows * data.shape[axis] + places
    flat = data.reshape(data.shape[:depth].numel(), -1)
    changed = scatter(flat, rows.flatten(), updates.reshape(rows.numel(), -1), axis=0, mode=mode)
    return changed.reshape(data.shape)


def _by_axis(x: Tensor, indices: Tensor, validate: bool) -> tuple[Tensor, ...]:
    parts = indices.unbind(-1)
    return tuple(_places(part, side, validate) for part, side in zip(parts, x.shape, strict=False))


def _places(indices: Tensor, side: int, validate: bool) -> Tensor:
    """Negative indices count from the end, unless they are refused."""
    if validate and ((indices < 0) | (indices >= side)).any():
        raise ValueError(f"an index is outside of 0 to {side - 1}")
    return torch.where(indices < 0, indices + side, indices).long()
