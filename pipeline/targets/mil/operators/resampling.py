"""Reads images at computed points: `resample` and `affine`, PyTorch's grid_sample."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

Sides = Tensor
"""The image's width and height as float64 [2], in the order of coordinates."""

PIXELS: dict[tuple[str, bool], Callable[[Tensor, Sides], Tensor]] = {
    ("unnormalized", True): lambda at, sides: at,
    ("unnormalized", False): lambda at, sides: at,
    ("normalized_minus_one_to_one", True): lambda at, sides: (at + 1) / 2 * (sides - 1),
    ("normalized_minus_one_to_one", False): lambda at, sides: ((at + 1) * sides - 1) / 2,
    ("normalized_zero_to_one", True): lambda at, sides: at * (sides - 1),
    ("normalized_zero_to_one", False): lambda at, sides: at * sides - 0.5,
}
"""By `coordinates_mode` and `align_corners`: coordinates as pixels, counted from 0."""

PADDING = {
    "constant": ("zeros", False),
    "border": ("border", False),
    "reflection": ("reflection", True),
    "symmetric": ("reflection", False),
}
"""By `padding_mode`: PyTorch's name, and the `align_corners` with which PyTorch reflects about the
middle of the last pixel (without repeating it) or about its edge."""


def resample(
    x: Tensor,
    coordinates: Tensor,
    *,
    sampling_mode: str,
    padding_mode: str,
    padding_value: float,
    coordinates_mode: str,
    align_corners: bool,
) -> Tensor:
    """With PyTorch's function if it has the same convention; else in float64, through pixel
    coordinates."""
    padding, aligned = PADDING[padding_mode]
    if padding != "reflection":
        aligned = align_corners
    points, image = coordinates.to(x.dtype), x
    if (coordinates_mode, aligned) != ("normalized_minus_one_to_one", align_corners):
        sides = torch.tensor([x.shape[3], x.shape[2]], dtype=torch.float64)
        at = PIXELS[coordinates_mode, align_corners](coordinates.double(), sides)
        points, image = (
            (2 * at / (sides - 1) - 1) if aligned else (2 * at + 1) / sides - 1,
            x.double(),
        )
    offset = padding_value if padding == "zeros" else 0.0
    read = F.grid_sample(image - offset, points, sampling_mode, padding, aligned)
    return (read + offset).to(x.dtype)


def affine(
    x: Tensor,
    transform_matrix: Tensor,
    *,
    output_height: int,
    output_width: int,
    sampling_mode: str,
    padding_mode: str,
    padding_value: float,
    coordinates_mode: str,
    align_corners: bool,
) -> Tensor:
    """The definition has only one mode each; it says that `align_corners` False is not
    supported."""
    if not align_corners:
        raise ValueError("align_corners False is not supported, says coremltools' definition")
    size = [x.shape[0], x.shape[1], output_height, output_width]
    matrices = transform_matrix.view(-1, 2, 3).expand(x.shape[0], 2, 3)
    return resample(
        x,
        F.affine_grid(matrices, size, align_corners=True),
        sampling_mode=sampling_mode,
        padding_mode=padding_mode,
        padding_value=padding_value,
        coordinates_mode=coordinates_mode,
        align_corners=align_corners,
    )
