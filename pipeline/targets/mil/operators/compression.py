"""Compressed weights, and quantized activations.

The formulas are those of coremltools' definitions: linear quantization is `scale * (data - zero
point)`, a palette is a table of values by index, and sparse data has a mask.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from onpar.pipeline.targets.mil.values import as_type

LEVELS = {"int8": (-128, 127), "uint8": (0, 255)}


def quantize(
    input: Tensor,
    scale: Tensor,
    zero_point: Tensor | None = None,
    *,
    axis: int | None = None,
    output_dtype: str,
) -> Tensor:
    """Rounds halves to the even number."""
    levels = torch.round(input / _along(scale, input, axis))
    if zero_point is not None:
        levels = levels + _along(zero_point, input, axis)
    return as_type(levels.clamp(*LEVELS[output_dtype]), output_dtype)


def dequantize(
    input: Tensor, scale: Tensor, zero_point: Tensor | None = None, *, axis: int | None = None
) -> Tensor:
    levels = input.float()
    if zero_point is not None:
        levels = levels - _along(zero_point, input, axis)
    return levels * _along(scale, input, axis)


def constexpr_affine_dequantize(
    quantized_data: Tensor, zero_point: Tensor, scale: Tensor, *, axis: int
) -> Tensor:
    return dequantize(quantized_data, scale, zero_point, axis=axis)


def constexpr_blockwise_shift_scale(
    data: Tensor, scale: Tensor, offset: Tensor | None = None
) -> Tensor:
    levels = data.float()
    if offset is not None:
        levels = levels - _blocks(offset, data.shape)
    return levels * _blocks(scale, data.shape)


def constexpr_cast(source_val: Tensor, *, output_dtype: str) -> Tensor:
    return as_type(source_val, output_dtype)


def constexpr_lut_to_dense(
    indices: Tensor,
    lut: Tensor,
    *,
    shape: Sequence[int] | None = None,
    vector_axis: int | None = None,
) -> Tensor:
    """iOS 16: one table, and indices packed into bytes from the lowest bit on, for `shape`. iOS 18:
    a table per block, lut [*blocks, palette, vector], with its vectors along `vector_axis`."""
    if shape is not None:
        bits = int(lut.numel()).bit_length() - 1
        return lut[_unpacked(indices, bits, shape).long()]
    # The number of each weight's table: a palette copied for every weight would take gigabytes.
    which = torch.zeros((), dtype=torch.int64)
    for axis, (side, blocks) in enumerate(zip(indices.shape, lut.shape, strict=False)):
        block = torch.arange(side) * blocks // side
        along = [-1 if at == axis else 1 for at in range(indices.dim())]
        which = which * blocks + block.view(along)
    vectors = lut.reshape(-1, *lut.shape[-2:])[which, indices.long()]
    if vectors.shape[-1] == 1:
        return vectors.squeeze(-1)
    assert vector_axis is not None
    axis = vector_axis % indices.dim()
    return vectors.movedim(-1, axis + 1).flatten(axis, axis + 1)


def constexpr_sparse_to_dense(
    nonzero_data: Tensor, mask: Tensor, *, shape: Sequence[int] | None = None
) -> Tensor:
    """iOS 16: a mask packed into bytes from the lowest bit on, for `shape`. iOS 18: as it is."""
    bits = mask if shape is None else _unpacked(mask, 1, shape)
    dense = torch.zeros(bits.shape, dtype=nonzero_data.dtype)
    dense[bits != 0] = nonzero_data
    return dense


def constexpr_lut_to_sparse(
    indices_mask: Tensor,
    indices_nonzero_data: Tensor,
    lut: Tensor,
    *,
    vector_axis: int | None = None,
) -> tuple[Tensor, Tensor]:
    """The mask, as long along `vector_axis` as the values, and its values."""
    indices = constexpr_sparse_to_dense(indices_nonzero_data, indices_mask)
    dense = constexpr_lut_to_dense(indices, lut, vector_axis=vector_axis)
    mask = indices_mask
    if vector_axis is not None:
        mask = mask.repeat_interleave(lut.shape[-1], vector_axis)
    return mask, dense[mask != 0]


def constexpr_sparse_blockwise_shift_scale(
    data_mask: Tensor, nonzero_data: Tensor, scale: Tensor, offset: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """The mask, and its values."""
    data = constexpr_sparse_to_dense(nonzero_data, data_mask)
    return data_mask, constexpr_blockwise_shift_scale(data, scale, offset)[data_mask != 0]


def _along(values: Tensor, x: Tensor, axis: int | None) -> Tensor:
    """A vector along an axis of `x`, or one number for all elements."""
    if values.dim() == 0:
        return values
    assert axis is not None
    return values.view([-1 if at == axis % x.dim() else 1 for at in range(x.dim())])


def _blocks(values: Tensor, shape: Sequence[int]) -> Tensor:
    """Each value repeated over its block of `shape`."""
    for axis, side in enumerate(shape):
        if values.shape[axis] != side:
            values = values.repeat_interleave(side // values.shape[axis], axis)
    return values


def _unpacked(packed: Tensor, bits: int, shape: Sequence[int]) -> Tensor:
    """Numbers of `bits` bits, unpacked from bytes: the first is in the lowest bits."""
    count = math.prod(shape)
    levels = packed.numpy().astype(np.uint8)
    if bits != 8:
        # Bit by bit, in bytes: for many weights, wider numbers per bit would take much memory.
        flat = np.unpackbits(levels, bitorder="little")[: count * bits]
        levels = np.zeros(count, np.uint8)
        for bit in range(bits):
            levels |= flat[bit::bits] << bit
    return torch.from_numpy(levels[:count]).view(*shape)
