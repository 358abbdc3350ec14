"""Operators that put the same elements elsewhere, with what NumPy makes of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from small_programs import IOS15, IOS16, IOS17, IOS18, Case
from torch.nn import functional as F

draw = np.random.default_rng(3)
X = draw.normal(size=(2, 3, 4, 6)).astype(np.float32)
Y = draw.normal(size=(2, 3, 4, 6)).astype(np.float32)
DEEP = draw.normal(size=(1, 8, 2, 3)).astype(np.float32)
PAIR = draw.normal(size=(2, 50)).astype(np.float32)
INTS = draw.integers(-5, 5, (3, 4), dtype=np.int32)
x, deep = torch.from_numpy(X), torch.from_numpy(DEEP)


def case(op: str, constants: dict[str, Any], expected: Any, name: str = "", **rest: Any) -> Case:
    """Of X, unless another is given."""
    target = rest.pop("target", IOS15)
    inputs = rest or ({} if op == "fill" else {"x": X})
    return Case(f"{op}-{name}" if name else op, op, inputs, constants, expected, target, exact=True)


# TensorFlow's depth_to_space of the one block [1, 4, 1, 1]: its channels row by row.
FOUR = np.arange(8, dtype=np.float32).reshape(1, 8, 1, 1)
SPREAD = np.array([[[[0, 2], [4, 6]], [[1, 3], [5, 7]]]], np.float32)

SHAPES = [
    case("depth_to_space", {"block_size": 2}, SPREAD, x=FOUR),
    case("space_to_depth", {"block_size": 2}, FOUR, x=SPREAD),
    case("pixel_shuffle", {"upscale_factor": 2}, F.pixel_shuffle(deep, 2), x=DEEP),
    case(
        "pixel_unshuffle",
        {"downscale_factor": np.uint32(2)},
        F.pixel_unshuffle(x, 2),
        target=IOS16,
    ),
    case("expand_dims", {"axes": [0, -1]}, X[0][None, ..., None], x=X[0]),
    case("squeeze", {"axes": [0]}, X[:1].squeeze(0), x=X[:1]),
    case("squeeze", {}, X[:1, :1].squeeze(), "all", x=X[:1, :1]),
    case("reshape", {"shape": [0, 12, -1]}, X[0].reshape(3, 12, 2)[:, :, :], x=X[0]),
    # From iOS 17 on zeros count from the last side, and are 1 beyond the first.
    case("reshape", {"shape": [0, -1]}, X[0].reshape(4, 18), "zero", target=IOS17, x=X[0]),
    case("reshape", {"shape": [1, 0, -1, 0]}, PAIR[None, None], "zeros", target=IOS17, x=PAIR),
    case("flatten2d", {"axis": 2}, X.reshape(6, 24)),
    case("transpose", {"perm": [0, 2, -1, 1]}, X.transpose(0, 2, 3, 1)),
    case("reverse", {"axes": [1, -1]}, X[:, ::-1, :, ::-1]),
    case("reverse", {}, X[::-1, ::-1, ::-1, ::-1], "all"),
    case(
        "reverse_sequence",
        {"lengths": [1, 3], "seq_axis": 1, "batch_axis": 0},
        np.stack([X[0], X[1, [2, 1, 0]]]),
    ),
    case(
        "space_to_batch",
        {"block_shape": [2, 3], "paddings": [[1, 1], [0, 0]]},
        np.concatenate(
            [
                np.pad(X, ((0, 0), (0, 0), (1, 1), (0, 0)))[:, :, i::2, j::3]
                for i in range(2)
                for j in range(3)
            ]
        ),
    ),
    case(
        "batch_to_space",
        {"block_shape": [1, 2], "crops": [[0, 1], [2, 1]]},
        np.stack([X[:1], X[1:]], -1).reshape(1, 3, 4, 12)[:, :, :3, 2:11],
    ),
    case(
        "sliding_windows",
        {"axis": 2, "size": 3, "stride": 1},
        np.stack([X[:, :, 0:3], X[:, :, 1:4]], 2),
    ),
    case("shape", {}, np.array([2, 3, 4, 6])),
    case("identity", {}, X),
    case(
        "reshape_like",
        {"begins": [0, 1], "ends": [2, 0], "end_masks": [False, True]},
        X.reshape(2, 3, 24),
        x=X,
        ref_tensors=[X, X.reshape(6, 24)],
        target=IOS16,
    ),
]

JOINED = [
    case("concat", {"axis": 1}, np.concatenate([X, Y], 1), values=[X, Y]),
    case(
        "concat",
        {"axis": -3, "interleave": True},
        np.stack([X, Y], 2).reshape(2, 6, 4, 6),
        "interleaved",
        values=[X, Y],
    ),
    case("stack", {"axis": -1}, np.stack([X, Y], -1), values=[X, Y]),
    case("split", {"axis": 1, "num_splits": 3}, np.split(X, 3, 1)),
    case("split", {"axis": -1, "split_sizes": [1, 5]}, np.split(X, [1], -1), "sizes"),
    case("tile", {"reps": [1, 2, 1, 3]}, np.tile(X, (1, 2, 1, 3))),
    case(
        "slice_by_index",
        {
            "begin": [0, 2, 9, -1],
            "end": [1, 0, 9, -4],
            "stride": [1, -1, 2, -2],
            "begin_mask": [False, False, True, False],
            "end_mask": [False, True, True, False],
        },
        X[0:1, 2::-1, ::2, -1:-4:-2],
    ),
    case(
        "slice_by_index",
        {"begin": [1, 0, -1, 2], "end": [0, 3, 0, 6], "squeeze_mask": [True, False, True, False]},
        X[1, :, -1, 2:],
        "squeezed",
    ),
    case(
        "slice_by_index",
        {
            "begin": [1, 0, 3, 2],
            "end": [2, 3, 4, 6],
            "begin_mask": [False, True, True, False],
            "squeeze_mask": [True, False, True, False],
        },
        X[1, :, 0, 2:],
        "masked-and-squeezed",
    ),
    case(
        "slice_update",
        {
            "begin": [0, 1, 3, 0],
            "end": [2, 3, 4, 6],
            "begin_mask": [False, False, True, False],
            "squeeze_mask": [False, False, True, False],
        },
        np.concatenate([X[:, :1], np.where(np.indices((4, 6))[0] == 0, 7, X[:, 1:])], 1),
        "masked-and-squeezed",
        x=X,
        update=np.full((2, 2, 6), 7, np.float32),
        target=IOS18,
    ),
    case(
        "slice_update",
        {"begin": [0, 1, 0, 0], "end": [2, 3, 4, 6], "stride": [1, 1, 2, 3]},
        np.concatenate(
            [X[:, :1], np.where((np.indices((4, 6)) % [[[2]], [[3]]] == 0).all(0), 7, X[:, 1:])], 1
        ),
        x=X,
        update=np.full((2, 2, 2, 2), 7, np.float32),
        target=IOS18,
    ),
    case("slice_by_size", {"begin": [1, 0, -2, 2], "size": [1, 2, 2, -1]}, X[1:, :2, 2:, 2:]),
    case("crop", {"crop_height": [1, 0], "crop_width": [0, 2]}, X[:, :, 1:, :-2]),
    case(
        "pad",
        {"pad": [1, 2, 0, 3], "constant_val": 0.5},
        np.pad(X, ((0, 0), (0, 0), (1, 2), (0, 3)), constant_values=0.5),
    ),
    case(
        "pad",
        {"pad": [1, 2, 0, 3], "mode": "reflect"},
        F.pad(x, (0, 3, 1, 2), "reflect"),
        "reflect",
    ),
    case(
        "pad",
        {"pad": [1, 2, 0, 3], "mode": "replicate"},
        F.pad(x, (0, 3, 1, 2), "replicate"),
        "replicate",
    ),
]

NEW = [
    case("fill", {"shape": [2, 3], "value": 0.25}, np.full((2, 3), 0.25)),
    case("fill_like", {"value": 3}, np.full(X.shape, 3), ref_tensor=X, target=IOS16),
    case(
        "one_hot",
        {"one_hot_vector_size": 6, "axis": 1, "on_value": 2.0, "off_value": -1.0},
        np.where(abs(INTS)[:, None] == np.arange(6)[:, None], 2, -1),
        indices=abs(INTS),
    ),
    case("range_1d", {"start": 1.0, "end": 3.0, "step": 0.5}, np.arange(1, 3, 0.5), unused=X),
    # Ten in float16, eleven in any other precision.
    case(
        "range_1d",
        {"start": np.float16(0), "end": np.float16(1), "step": np.float16(0.1)},
        (np.arange(10, dtype=np.float32) * np.float32(np.float16(0.1))).astype(np.float16),
        "half",
        unused=X,
        target=IOS17,
    ),
    case("band_part", {"lower": 1, "upper": 2}, np.tril(np.triu(X, -1), 2)),
    case("band_part", {"lower": 0, "upper": -1}, np.triu(X), "upper"),
    case("cumsum", {"axis": 1}, np.cumsum(INTS, 1), x=INTS),
    case(
        "cumsum",
        {"axis": 1, "exclusive": True, "reverse": True},
        np.cumsum(INTS[:, ::-1], 1)[:, ::-1] - INTS,
        "exclusive",
        x=INTS,
    ),
    case("argsort", {"axis": 1}, np.argsort(-INTS, 1, kind="stable"), x=INTS),
    case("argsort", {"ascending": True}, np.argsort(X, -1), "ascending"),
    case("topk", {"k": 2, "axis": 1}, [-np.sort(-X, 1)[:, :2], np.argsort(-X, 1)[:, :2]]),
    case(
        "topk",
        {"k": 2, "ascending": True, "sort": False, "return_indices": False},
        np.sort(X, -1)[..., :2],
        "values",
        target=IOS16,
    ),
    case(
        "topk",
        {"k": 6, "output_indices_dtype": "uint16"},
        [-np.sort(-X, -1), np.argsort(-X, -1)],
        "uint16",
        target=IOS17,
    ),
]

CASES = [*SHAPES, *JOINED, *NEW]
