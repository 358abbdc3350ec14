"""PyTorch's kernels in place of those of `onnx.reference` that loop in Python. What they do not
cover is left to those."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from onnx.reference.ops.op_conv import Conv as ReferenceConv
from onnx.reference.ops.op_max_pool import MaxPool as ReferenceMaxPool
from onnx.reference.ops.op_resize import Resize as ReferenceResize
from torch.nn import functional

CONVOLUTIONS: tuple[Callable[..., torch.Tensor], ...] = (
    functional.conv1d,
    functional.conv2d,
    functional.conv3d,
)

POOLINGS: tuple[Callable[..., torch.Tensor], ...] = (
    functional.max_pool1d,
    functional.max_pool2d,
    functional.max_pool3d,
)

CORNERS = {"half_pixel": False, "pytorch_half_pixel": False, "align_corners": True}
"""`align_corners` for a coordinate transformation."""

Values = NDArray[Any]


class Conv(ReferenceConv):
    """ONNX's Conv with explicit pads."""

    op_domain = ""

    def _run(self, x: Values, w: Values, b: Values | None = None, **own: Any) -> Any:  # type: ignore[override]
        rank = x.ndim - 2
        if _automatic(own) or not 1 <= rank <= len(CONVOLUTIONS):
            return super()._run(x, w, b, **own)  # type: ignore[no-untyped-call]
        made = CONVOLUTIONS[rank - 1](
            functional.pad(_tensor(x), _pads(own, rank)),
            _tensor(w),
            None if b is None else _tensor(b),
            tuple(own.get("strides") or [1] * rank),
            0,
            tuple(own.get("dilations") or [1] * rank),
            own.get("group") or 1,
        )
        return (made.numpy(),)


class MaxPool(ReferenceMaxPool):
    """ONNX's MaxPool without indices, dilation or ceil_mode."""

    op_domain = ""

    def _run(self, x: Values, **own: Any) -> Any:  # type: ignore[override]
        rank, dilations = x.ndim - 2, own.get("dilations") or [1]
        other = _automatic(own) or own.get("ceil_mode") or set(dilations) != {1}
        floats = x.dtype == np.float64 and 1 <= rank <= len(POOLINGS)
        if other or not floats or len(self.output) > 1:
            return super()._run(x, **own)  # type: ignore[no-untyped-call]
        padded = functional.pad(_tensor(x), _pads(own, rank), value=-np.inf)
        strides = tuple(own.get("strides") or [1] * rank)
        return (POOLINGS[rank - 1](padded, tuple(own["kernel_shape"]), strides).numpy(),)


class Resize(ReferenceResize):
    """ONNX's Resize where it is PyTorch's bilinear interpolation of height and width."""

    op_domain = ""

    def _run(  # type: ignore[override]
        self, x: Values, roi: Any, scales: Any = None, sizes: Any = None, **own: Any
    ) -> Any:
        whole = np.floor(x.shape * np.asarray(scales)) if sizes is None else np.asarray(sizes)
        transformation = own.get("coordinate_transformation_mode") or "half_pixel"
        linear = own.get("mode") == "linear" and transformation in CORNERS
        plain = not any(own.get(name) for name in ("antialias", "axes", "exclude_outside"))
        planes = x.ndim == 4 and [*whole[:2]] == [*x.shape[:2]]
        if not (linear and plain and planes):
            return super()._run(x, roi, scales, sizes, **own)
        size, corners = [int(side) for side in whole[2:]], CORNERS[transformation]
        made = functional.interpolate(_tensor(x), size, mode="bilinear", align_corners=corners)
        return (made.numpy(),)


def _automatic(own: Mapping[str, Any]) -> bool:
    return (own.get("auto_pad") or "NOTSET") != "NOTSET"


def _tensor(values: Values) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(values))


def _pads(own: Mapping[str, Any], rank: int) -> list[int]:
    """ONNX's begins and ends, as PyTorch's pad takes them: from the last axis on."""
    pads = own.get("pads") or [0] * 2 * rank
    return [pads[axis + end] for axis in reversed(range(rank)) for end in (0, rank)]
