"""What the documentation of ML programs does not define about Apple's runtime, one line each.

`definition` is the text of coremltools' definition of the operator; `reported` is what was reported
about Apple's runtime, and where. The evaluator follows reports. Without reports, or if they
disagree, it computes the same as PyTorch, and a row that depends on this says so: `met` checks by
the operator's inputs whether a run depends on it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from onpar.pipeline.targets.mil.operators.windows import sides

Given = Mapping[str, Any]


@dataclass(frozen=True)
class Finding:
    """Something that an operator's definition does not define. A finding that is `followed` is
    computed as reported, and never `met`."""

    operators: tuple[str, ...]
    condition: str
    definition: str
    reported: str
    followed: bool = False
    met: Callable[[Given], bool] = lambda given: False


def _half(value: Tensor) -> bool:
    """Whether a number is halfway between two integers."""
    return bool((value - value.floor() == 0.5).any())


def _levels(given: Given) -> bool:
    scale, axis = given["scale"], given.get("axis")
    if scale.dim():
        scale = scale.view(
            [-1 if at == axis % given["input"].dim() else 1 for at in range(given["input"].dim())]
        )
    return _half(given["input"] / scale)


def _tied_extreme(given: Given) -> bool:
    """Whether a slice along the axis has its largest or smallest value twice."""
    x, axis = given["x"], given["axis"]
    return any(
        bool(((x == one).sum(axis) > 1).any())
        for one in (x.amax(axis, keepdim=True), x.amin(axis, keepdim=True))
    )


def _tied(given: Given) -> bool:
    ordered = given["x"].sort(given["axis"]).values
    return bool((ordered.diff(dim=given["axis"]) == 0).any())


def _signs(given: Given) -> bool:
    return bool(((given["x"] < 0) != (given["y"] < 0)).any())


def _negative(given: Given) -> bool:
    return bool((given["indices"] < 0).any())


def _twice(given: Given) -> bool:
    """Whether two updates have the same index."""
    indices = given["indices"]
    if given["mode"] != "update":
        return False
    if "axis" not in given:
        places = indices.reshape(-1, indices.shape[-1])
        return len({tuple(place) for place in places.tolist()}) < len(places)
    if indices.dim() == 1:
        return len(indices.unique()) < len(indices)
    return bool((indices.sort(given["axis"]).values.diff(dim=given["axis"]) == 0).any())


def _overhangs(given: Given) -> bool:
    """Whether `ceil_mode` adds a window that begins beyond the input and its padding."""
    if not given["ceil_mode"]:
        return False
    kernel, strides = given["kernel_sizes"], given["strides"]
    found = sides(given["x"], kernel, strides, given["pad_type"].lower(), given["pad"], True)
    return any(
        (one.windows - 1) * stride >= one.size + one.before
        for one, stride in zip(found, strides, strict=True)
    )


def _seven_by_four(given: Given) -> bool:
    return (set(given["kernel_sizes"]), set(given["strides"]), set(given["pad"])) == ({7}, {4}, {3})


def _between(given: Given) -> bool:
    """Whether sides are enlarged or reduced by a factor that is not an integer."""
    x, keys = given["x"], given.keys()
    if "shape" in keys:
        if given["interpolation_mode"] == "LINEAR":
            return False
        kept = given["resized_dims"]
        new = [
            int(one) or old
            for one, old in zip(given["shape"].tolist()[-kept:], x.shape[-kept:], strict=True)
        ]
    elif "scale_factor_height" in keys:
        new = [
            int(given[f"scale_factor_{one}"] * side)
            for one, side in zip(("height", "width"), x.shape[-2:], strict=True)
        ]
    else:
        new = [given["target_size_height"], given["target_size_width"]]
    return any(n % old for n, old in zip(new, x.shape[x.dim() - len(new) :], strict=True))


def _odd_cut(given: Given) -> bool:
    kernel, strides = given["weight"].shape[2:], given["strides"]
    spans = [(k - 1) * d + 1 for k, d in zip(kernel, given["dilations"], strict=True)]
    return given["pad_type"] == "same" and any(
        (k - stride) % 2 for k, stride in zip(spans, strides, strict=True)
    )


def _all_masked(given: Given) -> bool:
    mask = given.get("attn_mask")
    if mask is None:
        return False
    seen = mask if mask.dtype == torch.bool else mask > -torch.inf
    return bool((~seen.any(-1)).any())


def _outside(given: Given) -> bool:
    indices, size = given["indices"], int(given["one_hot_vector_size"])
    return bool(((indices < 0) | (indices >= size)).any())


def _nearest_half(given: Given) -> bool:
    """Whether a point may be halfway between two pixels: float32 is not exact, so every point
    within 1e-4 pixels counts."""
    if given["sampling_mode"] != "nearest":
        return False
    from onpar.pipeline.targets.mil.operators.resampling import PIXELS

    image = torch.tensor([given["x"].shape[3], given["x"].shape[2]], dtype=torch.float64)
    convention = given["coordinates_mode"], given["align_corners"]
    at = PIXELS[convention](given["coordinates"].double(), image)
    return bool(((at - at.floor() - 0.5).abs() < 1e-4).any())


def _no_integer(given: Given) -> bool:
    x = given["x"]
    if not x.is_floating_point() or given["dtype"] in ("fp16", "fp32", "bool"):
        return False
    return bool((~(x.abs() < 2**31)).any())


SILENT = "says nothing of it"

FINDINGS = (
    Finding(
        ("avg_pool",),
        "ceil_mode, where a window reaches beyond the input and its padding",
        "calls ceil_mode the same as PyTorch's, which divides by the elements inside",
        "divides by the whole kernel unless padding is excluded: apple/coremltools#2772, #2844",
        followed=True,
    ),
    Finding(
        ("avg_pool",),
        "kernel 7, stride 4, padding 3",
        "is that of PyTorch",
        "gives other numbers, which the report does not explain: apple/coremltools#1901",
        met=_seven_by_four,
    ),
    Finding(
        ("avg_pool", "l2_pool", "max_pool"),
        "ceil_mode, where a window begins beyond the input and its padding",
        "counts such a window, PyTorch drops it; it does not say what the window gives",
        "",
        met=_overhangs,
    ),
    Finding(
        ("reduce_argmax", "reduce_argmin"),
        "equal extreme values",
        "does not promise which one it names",
        "webmachinelearning/webnn#652 asks which, without an answer",
        met=_tied_extreme,
    ),
    Finding(("argsort", "topk"), "equal values", SILENT, "", met=_tied),
    Finding(
        ("round",),
        "a number halfway between two integers",
        "0.5 is rounded to 0, and nothing of 1.5",
        "differs from unit to unit, up or down: webmachinelearning/webnn#817",
        met=lambda given: _half(given["x"]),
    ),
    Finding(
        ("quantize",),
        "a level halfway between two integers",
        "rounds, as the operator round",
        "webmachinelearning/webnn#817 asks, without an answer",
        met=_levels,
    ),
    Finding(
        ("mod",),
        "two operands of different signs",
        "says x % y, and infers constants as Python does: with the sign of y",
        "with the sign of x, as in C: kasper0406/stablehlo-coreml#70, in passing",
        met=_signs,
    ),
    Finding(
        ("gather", "gather_along_axis", "gather_nd"),
        "a negative index",
        "counts it from the end up to iOS 16, and calls it undefined from iOS 17 on",
        "did not count from the end: rustnn/rustnn#227, microsoft/onnxruntime#28598",
        met=_negative,
    ),
    Finding(
        ("scatter", "scatter_along_axis", "scatter_nd"),
        "mode update with an index twice",
        SILENT,
        "",
        met=_twice,
    ),
    Finding(
        ("resize", "resize_nearest_neighbor", "upsample_nearest_neighbor"),
        "the nearest element where the size does not grow by a whole factor",
        SILENT,
        "",
        met=_between,
    ),
    Finding(
        ("resample",),
        "padding_mode reflection with align_corners False",
        "reflects about the middle of the last pixel, where PyTorch does about its edge",
        "differs from PyTorch there: microsoft/onnxruntime#21431",
        followed=True,
    ),
    Finding(
        ("resample",),
        "sampling_mode nearest halfway between two pixels",
        SILENT,
        "",
        met=_nearest_half,
    ),
    Finding(
        ("conv_transpose",),
        "pad_type same, where what is cut off is odd",
        "does not say at which side the odd one is cut off",
        "",
        met=_odd_cut,
    ),
    Finding(
        ("scaled_dot_product_attention",),
        "a row whose mask leaves nothing",
        "its formula gives NaN, PyTorch zeros",
        "",
        met=_all_masked,
    ),
    Finding(("one_hot",), "an index outside of the vector", SILENT, "", met=_outside),
    Finding(
        ("local_response_norm",),
        "an even size",
        "does not say on which side the odd channel is",
        "",
        met=lambda given: given["size"] % 2 == 0,
    ),
    Finding(
        ("cast",),
        "a number that int32 does not hold",
        SILENT,
        "",
        met=_no_integer,
    ),
)


def unknown(operator: str, given: Given) -> tuple[str, ...]:
    """What is not documented about this operator on these inputs: `round: a number ...`."""
    return tuple(
        f"{operator}: {one.condition}" for one in BY_OPERATOR.get(operator, ()) if one.met(given)
    )


BY_OPERATOR = {
    name: tuple(one for one in FINDINGS if name in one.operators and not one.followed)
    for name in {name for one in FINDINGS for name in one.operators}
}
