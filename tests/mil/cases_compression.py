"""Compressed constants and quantized numbers, with what coremltools' own decompression makes of
them, and what was reckoned by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
from coremltools.converters.mil.mil import types
from small_programs import IOS16, IOS17, IOS18, Case

draw = np.random.default_rng(5)
LEVELS = draw.integers(-128, 128, (4, 6), dtype=np.int8)
SCALE = draw.uniform(0.01, 0.1, 4).astype(np.float32)
ZERO = draw.integers(-9, 9, 4, dtype=np.int8)
BLOCKS = draw.uniform(0.01, 0.1, (2, 3)).astype(np.float32)
OFFSETS = draw.integers(-9, 9, (2, 3), dtype=np.int8)
X = draw.normal(0, 4, (1, 4, 6)).astype(np.float32)
MASK = draw.integers(0, 2, (4, 6)).astype(np.uint8)
VALUES = draw.normal(size=int(MASK.sum())).astype(np.float32)
LUT = np.array([0.5, -1.0, 2.0, 7.0], np.float32)
INDICES = draw.integers(0, 4, (4, 6), dtype=np.uint8)


def bits(values: Any, kind: Any) -> Any:
    """Numbers of fewer bits than a byte, as coremltools marks them."""
    return np.asarray(values).astype(types.nptype_from_builtin(kind))


def packed(values: np.ndarray, count: int) -> np.ndarray:
    """Into bytes, the first in the lowest bits."""
    flat = (values.reshape(-1, 1) >> np.arange(count)) & 1
    return np.packbits(flat.astype(np.uint8).ravel(), bitorder="little")


def dense(values: np.ndarray) -> np.ndarray:
    whole = np.zeros(MASK.shape, np.float32)
    whole[MASK == 1] = values
    return whole


def repeated(blocks: np.ndarray) -> np.ndarray:
    return blocks.astype(np.float32).repeat(2, 0).repeat(2, 1)


def constant(op: str, constants: dict[str, Any], expected: Any, target: Any = IOS18) -> Case:
    return Case(f"{op}-{target.name}", op, {}, constants, expected, target)


SHAPE = np.array([4, 6], np.uint32)
TABLES = draw.normal(size=(2, 1, 4, 1)).astype(np.float32)
VECTORS = draw.normal(size=(1, 1, 4, 2)).astype(np.float32)
PAIRS = VECTORS[0, 0][INDICES]
LONG = draw.normal(size=256).astype(np.float32)
CHOSEN = INDICES[MASK == 1]

CASES = [
    constant(
        "constexpr_affine_dequantize",
        {"quantized_data": LEVELS, "zero_point": ZERO, "scale": SCALE, "axis": 0},
        SCALE[:, None] * (LEVELS.astype(np.float32) - ZERO[:, None]),
        IOS16,
    ),
    Case(
        "constexpr_affine_dequantize-scalar",
        "constexpr_affine_dequantize",
        {},
        {"quantized_data": LEVELS, "zero_point": ZERO[0], "scale": SCALE[0], "axis": 0},
        SCALE[0] * (LEVELS.astype(np.float32) - ZERO[0]),
        IOS16,
    ),
    Case(
        "constexpr_lut_to_dense-bytes",
        "constexpr_lut_to_dense",
        {},
        {"indices": LEVELS.view(np.uint8).ravel(), "lut": LONG, "shape": SHAPE},
        LONG[LEVELS.view(np.uint8)],
        IOS16,
    ),
    constant(
        "constexpr_cast",
        {"source_val": VALUES.astype(np.float16), "output_dtype": "fp32"},
        VALUES.astype(np.float16),
        IOS16,
    ),
    constant(
        "constexpr_lut_to_dense",
        {"indices": packed(INDICES, 2), "lut": LUT, "shape": SHAPE},
        LUT[INDICES],
        IOS16,
    ),
    constant(
        "constexpr_sparse_to_dense",
        {"nonzero_data": VALUES, "mask": packed(MASK, 1), "shape": SHAPE},
        dense(VALUES),
        IOS16,
    ),
    constant(
        "constexpr_blockwise_shift_scale",
        {"data": LEVELS, "scale": BLOCKS, "offset": OFFSETS},
        repeated(BLOCKS) * (LEVELS.astype(np.float32) - repeated(OFFSETS)),
    ),
    constant(
        "constexpr_lut_to_dense",
        {"indices": bits(INDICES, types.uint2), "lut": TABLES},
        TABLES[np.arange(4)[:, None] // 2, 0, INDICES, 0],
    ),
    Case(
        "constexpr_lut_to_dense-vectors",
        "constexpr_lut_to_dense",
        {},
        {"indices": bits(INDICES, types.uint2), "lut": VECTORS, "vector_axis": 0},
        PAIRS.transpose(0, 2, 1).reshape(8, 6),
        IOS18,
    ),
    constant(
        "constexpr_sparse_to_dense",
        {"nonzero_data": VALUES, "mask": bits(MASK, types.uint1)},
        dense(VALUES),
    ),
    constant(
        "constexpr_lut_to_sparse",
        {
            "indices_mask": bits(MASK, types.uint1),
            "indices_nonzero_data": bits(CHOSEN, types.uint2),
            "lut": LUT.reshape(1, 1, 4, 1),
        },
        dense(LUT[CHOSEN]),
    ),
    Case(
        "constexpr_lut_to_sparse-vectors",
        "constexpr_lut_to_sparse",
        {},
        {
            "indices_mask": bits(MASK, types.uint1),
            "indices_nonzero_data": bits(CHOSEN, types.uint2),
            "lut": VECTORS,
            "vector_axis": 0,
        },
        PAIRS.transpose(0, 2, 1).reshape(8, 6) * MASK.repeat(2, 0),
        IOS18,
    ),
    constant(
        "constexpr_sparse_blockwise_shift_scale",
        {
            "data_mask": bits(MASK, types.uint1),
            "nonzero_data": LEVELS[MASK == 1],
            "scale": BLOCKS,
            "offset": OFFSETS,
        },
        np.where(MASK == 1, repeated(BLOCKS) * (LEVELS.astype("f4") - repeated(OFFSETS)), 0),
    ),
    Case(
        "quantize",
        "quantize",
        {"input": X},
        {"scale": SCALE, "zero_point": ZERO, "output_dtype": "int8", "axis": 1},
        np.clip(np.round(X / SCALE[:, None]) + ZERO[:, None], -128, 127),
        IOS17,
    ),
    Case(
        "quantize-uint8",
        "quantize",
        {"input": X},
        {"scale": np.float32(0.05), "zero_point": np.uint8(100), "output_dtype": "uint8"},
        np.clip(np.round(X / np.float32(0.05)) + 100, 0, 255),
        IOS17,
    ),
    Case(
        "quantize-without-zero",
        "quantize",
        {"input": X},
        {"scale": np.float32(0.05), "output_dtype": "int8"},
        np.clip(np.round(X / np.float32(0.05)), -128, 127),
        IOS17,
    ),
    Case(
        "dequantize",
        "dequantize",
        {"input": LEVELS[None]},
        {"scale": SCALE, "zero_point": ZERO, "axis": 1},
        SCALE[:, None] * (LEVELS[None].astype(np.float32) - ZERO[:, None]),
        IOS17,
    ),
]
