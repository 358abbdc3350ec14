"""Resizing, with what PyTorch makes of it, and by the points that coremltools' page lists."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from small_programs import IOS15, IOS16, IOS17, Case
from torch.nn import functional as F

draw = np.random.default_rng(6)
X = draw.normal(size=(1, 2, 4, 5)).astype(np.float32)
x = torch.from_numpy(X)

LINE = np.array([[[0.0, 1.0]]], np.float32)

POINTS = {
    ("UNALIGN_CORNERS", 5): [0.0, 0.1, 0.5, 0.9, 1.0],
    ("STRICT_ALIGN_CORNERS", 5): [0.0, 0.25, 0.5, 0.75, 1.0],
    ("ALIGN_CORNERS", 5): [0.0, 0.25, 0.5, 0.75, 1.0],
    ("DEFAULT", 5): [0.0, 0.4, 0.8, 1.0, 1.0],
    ("OFFSET_CORNERS", 5): [0.1, 0.3, 0.5, 0.7, 0.9],
    ("UNALIGN_CORNERS", 6): [0.0, 0.0, 1 / 3, 2 / 3, 1.0, 1.0],
    ("STRICT_ALIGN_CORNERS", 6): [0.0, 0.2, 0.4, 0.6, 0.8, 1.0],
    ("DEFAULT", 6): [0.0, 1 / 3, 2 / 3, 1.0, 1.0, 1.0],
    ("OFFSET_CORNERS", 6): [1 / 12, 0.25, 5 / 12, 7 / 12, 0.75, 11 / 12],
    ("STRICT_ALIGN_CORNERS", 1): [0.0],
    ("ALIGN_CORNERS", 1): [0.5],
}
"""The interval [0, 1] read at 5, 6 and 1 points: the examples of `resize_bilinear`'s definition."""


def bilinear(height: int, width: int, align: bool) -> torch.Tensor:
    return F.interpolate(x, (height, width), mode="bilinear", align_corners=align)


def resized(mode: str, height: int, width: int, expected: Any) -> Case:
    sizes = {"target_size_height": height, "target_size_width": width, "sampling_mode": mode}
    return Case(f"resize_bilinear-{mode}", "resize_bilinear", {"x": X}, sizes, expected)


CASES = [
    *(
        Case(
            f"resize_bilinear-{mode}-{len(points)}",
            "resize_bilinear",
            {"x": LINE},
            {"target_size_height": 1, "target_size_width": len(points), "sampling_mode": mode},
            np.array([[points]]),
        )
        for (mode, _), points in POINTS.items()
    ),
    resized("STRICT_ALIGN_CORNERS", 7, 3, bilinear(7, 3, True)),
    resized("UNALIGN_CORNERS", 7, 3, bilinear(7, 3, False)),
    *(
        Case(
            f"upsample_bilinear-{align}",
            "upsample_bilinear",
            {"x": X},
            {"scale_factor_height": 2.5, "scale_factor_width": 3.0, "align_corners": align},
            bilinear(10, 15, align),
        )
        for align in (True, False)
    ),
    Case(
        "upsample_bilinear-no-half-pixel",
        "upsample_bilinear",
        {"x": LINE[:, [0, 0]]},
        {
            "scale_factor_height": 1,
            "scale_factor_width": 3,
            "align_corners": False,
            "half_pixel_centers": False,
        },
        np.array([[POINTS["DEFAULT", 6]] * 2]),
        IOS16,
    ),
    Case(
        "upsample_nearest_neighbor",
        "upsample_nearest_neighbor",
        {"x": X},
        {"scale_factor_height": 2, "scale_factor_width": 3},
        X.repeat(2, 2).repeat(3, 3),
    ),
    Case(
        "resize_nearest_neighbor",
        "resize_nearest_neighbor",
        {"x": X},
        {"target_size_height": 6, "target_size_width": 3},
        F.interpolate(x, (6, 3), mode="nearest"),
        IOS15,
    ),
    Case(
        "resize",
        "resize",
        {"x": X},
        {
            "shape": [0, 7, 0],
            "resized_dims": np.uint32(2),
            "sampling_mode": "UNALIGN_CORNERS",
        },
        bilinear(7, 5, False),
        IOS17,
    ),
    Case(
        "resize-nearest",
        "resize",
        {"x": X},
        {
            "shape": [6, 3],
            "resized_dims": np.uint32(2),
            "interpolation_mode": "NEAREST_NEIGHBOR",
        },
        F.interpolate(x, (6, 3), mode="nearest"),
        IOS17,
    ),
]
