"""Convolutions, pools, products and normalisations, with what PyTorch makes of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from small_programs import IOS15, IOS16, IOS17, IOS18, Array, Case
from torch import nn
from torch.nn import functional as F

draw = np.random.default_rng(2)


def drawn(*shape: int) -> Array:
    return draw.normal(size=shape).astype(np.float32)


def tensors(*arrays: Array) -> list[torch.Tensor]:
    return [torch.from_numpy(one) for one in arrays]


X, W, B = drawn(1, 4, 9, 10), drawn(6, 4, 3, 2), drawn(6)
GROUPED, LINE, BLOCK = drawn(6, 2, 3, 3), drawn(1, 4, 11), drawn(1, 4, 5, 6, 7)
x, w, b, grouped, line, block = tensors(X, W, B, GROUPED, LINE, BLOCK)


def conv(
    name: str, weight: Array, expected: torch.Tensor, target: Any = IOS15, **rest: Any
) -> Case:
    return Case(f"conv-{name}", "conv", {"x": X}, {"weight": weight, **rest}, expected, target)


CONVOLUTIONS = [
    conv("valid", W, F.conv2d(x, w, b, (2, 1)), bias=B, strides=[2, 1], pad_type="valid"),
    conv(
        "custom",
        W,
        F.conv2d(F.pad(x, (2, 0, 1, 3)), w, None, 1, 0, (1, 2)),
        pad_type="custom",
        pad=[1, 3, 2, 0],
        dilations=[1, 2],
    ),
    # 9 rows by strides of 2 are 5 windows, which 3 rows need 2 more for; 10 columns need none.
    conv(
        "same",
        W,
        F.conv2d(F.pad(x, (0, 0, 1, 1)), w, None, 2),
        pad_type="same",
        strides=[2, 2],
    ),
    # 10 columns by strides of 1 need one more for windows of 2: after them, or before.
    conv("same-odd", W, F.conv2d(F.pad(x, (0, 1, 1, 1)), w), pad_type="same"),
    conv("same-lower", W, F.conv2d(F.pad(x, (1, 0, 1, 1)), w), IOS16, pad_type="same_lower"),
    conv("groups", GROUPED, F.conv2d(x, grouped, groups=2), groups=2, pad_type="valid"),
    Case("conv-1d", "conv", {"x": LINE}, {"weight": W[:, :, 0]}, F.conv1d(line, w[:, :, 0])),
    Case(
        "conv-3d",
        "conv",
        {"x": BLOCK},
        {"weight": W[..., None], "strides": [1, 2, 3]},
        F.conv3d(block, w[..., None], stride=(1, 2, 3)),
    ),
]

T, TB = drawn(4, 3, 3, 3), drawn(3)
t, tb = tensors(T, TB)


def transposed(name: str, expected: torch.Tensor, **rest: Any) -> Case:
    constants = {"weight": T, "bias": TB, **rest}
    return Case(f"conv_transpose-{name}", "conv_transpose", {"x": X}, constants, expected)


TRANSPOSED = [
    transposed("valid", F.conv_transpose2d(x, t, tb, 2), strides=[2, 2]),
    transposed(
        "custom",
        F.conv_transpose2d(x, t, tb, (2, 1), 1, dilation=(1, 2)),
        strides=[2, 1],
        pad_type="custom",
        pad=[1, 1, 1, 1],
        dilations=[1, 2],
    ),
    transposed(
        "output-shape",
        F.conv_transpose2d(x, t, tb, 2, 1, output_padding=1),
        strides=[2, 2],
        pad_type="custom",
        pad=[1, 1, 1, 1],
        output_shape=[1, 3, 18, 20],
    ),
    transposed(
        "same", F.conv_transpose2d(x, t, tb, 2)[:, :, :18, :20], strides=[2, 2], pad_type="same"
    ),
    Case(
        "conv_transpose-groups",
        "conv_transpose",
        {"x": X},
        {"weight": T, "groups": 2},
        F.conv_transpose2d(x, t, groups=2),
    ),
]

WINDOW = {"kernel_sizes": [3, 3], "strides": [2, 2]}
PAD = {"pad_type": "custom", "pad": [1, 1, 1, 1]}


def pool(name: str, op: str, expected: torch.Tensor, **rest: Any) -> Case:
    return Case(f"{op}-{name}", op, {"x": X}, {**WINDOW, **rest}, expected)


POOLS = [
    pool("valid", "max_pool", F.max_pool2d(x, 3, 2), pad_type="valid"),
    pool("custom", "max_pool", F.max_pool2d(x, 3, 2, 1), **PAD),
    pool("ceil", "max_pool", F.max_pool2d(x, 3, 2, 1, ceil_mode=True), **PAD, ceil_mode=True),
    pool(
        "same", "max_pool", F.max_pool2d(F.pad(x, (0, 1, 1, 1), value=-9e9), 3, 2), pad_type="same"
    ),
    pool("custom", "avg_pool", F.avg_pool2d(x, 3, 2, 1), **PAD),
    # One column beyond the padding: it counts, as padding does.
    pool("ceil", "avg_pool", F.avg_pool2d(F.pad(x, (1, 2, 1, 1)), 3, 2), **PAD, ceil_mode=True),
    pool(
        "excluded",
        "avg_pool",
        F.avg_pool2d(x, 3, 2, 1, count_include_pad=False),
        **PAD,
        exclude_padding_from_average=True,
    ),
    pool(
        "ceil-excluded",
        "avg_pool",
        F.avg_pool2d(x, 3, 2, 1, True, False),
        **PAD,
        ceil_mode=True,
        exclude_padding_from_average=True,
    ),
    pool("valid", "l2_pool", F.lp_pool2d(x, 2, 3, 2), pad_type="valid"),
    pool("custom", "l2_pool", (9 * F.avg_pool2d(x**2, 3, 2, 1)).sqrt(), **PAD),
    pool(
        "capitals",
        "max_pool",
        F.max_pool2d(F.pad(x, (0, 1, 1, 1), value=-9e9), 3, 2),
        pad_type="SAME",
    ),
    pool("same", "avg_pool", F.avg_pool2d(F.pad(x, (0, 1, 1, 1)), 3, 2), pad_type="same"),
    *(
        Case(
            f"{op}-same-lower",
            op,
            {"x": X},
            {**WINDOW, "pad_type": "same_lower"},
            expected,
            IOS16,
        )
        for op, expected in {
            "max_pool": F.max_pool2d(F.pad(x, (1, 0, 1, 1), value=-9e9), 3, 2),
            "avg_pool": F.avg_pool2d(F.pad(x, (1, 0, 1, 1)), 3, 2),
            "l2_pool": (9 * F.avg_pool2d(F.pad(x, (1, 0, 1, 1)) ** 2, 3, 2)).sqrt(),
        }.items()
    ),
    Case(
        "max_pool-1d",
        "max_pool",
        {"x": LINE},
        {"kernel_sizes": [3], "pad_type": "valid"},
        F.max_pool1d(line, 3, 1),
    ),
    Case(
        "avg_pool-3d",
        "avg_pool",
        {"x": BLOCK},
        {"kernel_sizes": [2, 2, 2], "strides": [2, 2, 2], "pad_type": "valid"},
        F.avg_pool3d(block, 2),
    ),
]

ROWS, LINEAR = drawn(2, 3, 10), drawn(5, 10)
Q, K, V = drawn(1, 2, 5, 8), drawn(1, 2, 7, 8), drawn(1, 2, 7, 8)
MASK = drawn(1, 1, 5, 7)
rows, linear, q, k, v, mask = tensors(ROWS, LINEAR, Q, K, V, MASK)

PRODUCTS = [
    Case(
        "linear",
        "linear",
        {"x": ROWS},
        {"weight": LINEAR, "bias": LINEAR[:, 0].copy()},
        F.linear(rows, linear, linear[:, 0]),
    ),
    Case("linear-plain", "linear", {"x": ROWS}, {"weight": LINEAR}, F.linear(rows, linear)),
    # From iOS 17 on constants may be of another type.
    Case(
        "linear-mixed",
        "linear",
        {"x": ROWS},
        {"weight": np.ones((2, 10), np.int32), "bias": np.array([1, 2], np.int32)},
        ROWS.sum(-1, keepdims=True) + np.array([1, 2]),
        IOS17,
    ),
    Case(
        "matmul-mixed",
        "matmul",
        {"x": ROWS},
        {"y": np.ones((10, 2), np.int32)},
        ROWS.sum(-1, keepdims=True).repeat(2, -1),
        IOS17,
    ),
    Case("matmul", "matmul", {"x": X, "y": X}, {"transpose_x": True}, x.mT @ x),
    Case("matmul-y", "matmul", {"x": X, "y": X}, {"transpose_y": True}, x @ x.mT),
    Case(
        "einsum",
        "einsum",
        {"values": [X, drawn_y := drawn(1, 10, 9, 3)]},
        {"equation": "nchw,nwhr->nchr"},
        np.einsum("nchw,nwhr->nchr", X, drawn_y),
    ),
    Case(
        "scaled_dot_product_attention",
        "scaled_dot_product_attention",
        {"query": Q, "key": K, "value": V, "attn_mask": MASK},
        {},
        F.scaled_dot_product_attention(q, k, v, mask),
        IOS18,
    ),
    Case(
        "attention-masked",
        "scaled_dot_product_attention",
        {"query": Q, "key": K, "value": V, "attn_mask": MASK > -0.5},
        {},
        F.scaled_dot_product_attention(q, k, v, mask > -0.5),
        IOS18,
    ),
]

C = [np.abs(drawn(4)) + 0.5 for _ in range(4)]
c = tensors(*C)
LAST = drawn(10)

NORMS = [
    Case(
        "batch_norm",
        "batch_norm",
        {"x": X},
        {"mean": C[0], "variance": C[1], "gamma": C[2], "beta": C[3], "epsilon": 0.01},
        F.batch_norm(x, c[0], c[1], c[2], c[3], eps=0.01),
    ),
    Case(
        "instance_norm",
        "instance_norm",
        {"x": X},
        {"gamma": C[2], "beta": C[3], "epsilon": 0.01},
        F.instance_norm(x, weight=c[2], bias=c[3], eps=0.01),
    ),
    Case(
        "batch_norm-plain",
        "batch_norm",
        {"x": X},
        {"mean": C[0], "variance": C[1]},
        F.batch_norm(x, c[0], c[1]),
    ),
    Case("instance_norm-plain", "instance_norm", {"x": X}, {}, F.instance_norm(x)),
    Case("layer_norm-plain", "layer_norm", {"x": X}, {"axes": [-1]}, F.layer_norm(x, (10,))),
    Case(
        "instance_norm-single",
        "instance_norm",
        {"x": X[:, :, :1, :1]},
        {"gamma": C[2], "beta": C[3]},
        np.broadcast_to(C[3][:, None, None], (1, 4, 1, 1)),
    ),
    Case(
        "l2_norm",
        "l2_norm",
        {"x": X},
        {"epsilon": 0.1},
        X / np.sqrt((X**2).sum((1, 2, 3), keepdims=True) + 0.1),
    ),
    Case(
        "layer_norm",
        "layer_norm",
        {"x": X},
        {"axes": [-1], "gamma": LAST, "beta": LAST, "epsilon": 0.01},
        F.layer_norm(x, (10,), torch.from_numpy(LAST), torch.from_numpy(LAST), 0.01),
    ),
    Case(
        "layer_norm-channels",
        "layer_norm",
        {"x": X},
        {"axes": [1], "gamma": C[2], "beta": C[3], "epsilon": 0.01},
        F.layer_norm(x.movedim(1, -1), (4,), c[2], c[3], 0.01).movedim(-1, 1),
    ),
    Case(
        "local_response_norm",
        "local_response_norm",
        {"x": X},
        {"size": 3, "alpha": 0.3, "beta": 0.6, "k": 1.5},
        nn.LocalResponseNorm(3, 0.3, 0.6, 1.5)(x),
    ),
]

CASES = [*CONVOLUTIONS, *TRANSPOSED, *POOLS, *PRODUCTS, *NORMS]
