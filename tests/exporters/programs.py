"""Modules for ExecuTorch, and what an export takes of them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor, nn

from onpar.exporters import Source
from onpar.parity.contract.chains import photo
from onpar.parity.contract.spec import ModelSpec
from onpar.parity.contract.tensor_spec import TensorSpec

SHAPE = (1, 3, 16, 16)
SAMPLES = 4


class Delegable(nn.Module):
    """What XNNPACK takes as a whole."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.convolutions = nn.Sequential(
            nn.Conv2d(3, 16, 3), nn.BatchNorm2d(16), nn.ReLU(), nn.Conv2d(16, 8, 3)
        )

    def forward(self, x: Tensor) -> Tensor:
        found: Tensor = self.convolutions(x)
        return found


class FallsBack(Delegable):
    """The same, and operators that XNNPACK has not: erf and a cumulative sum."""

    def forward(self, x: Tensor) -> Tensor:
        return torch.erf(super().forward(x)).cumsum(1)


class MeanOfMap(nn.Module):
    """The mean of 65,536 numbers a channel."""

    def forward(self, x: Tensor) -> Tensor:
        return x.abs().repeat(1, 1, 16, 16).mean((2, 3))


class PooledMap(nn.Module):
    """The same, as pooling."""

    def forward(self, x: Tensor) -> Tensor:
        return nn.functional.adaptive_avg_pool2d(x.abs().repeat(1, 1, 16, 16), 1)


class PrimeMap(nn.Module):
    """The mean of sides that nothing divides."""

    def forward(self, x: Tensor) -> Tensor:
        large = x.abs().repeat(1, 1, 16, 16)
        return large[:, :, :251, :241].mean((-1, -2), keepdim=True)


class SmallMap(nn.Module):
    """The mean of 256 numbers a channel."""

    def forward(self, x: Tensor) -> Tensor:
        return x.mean((2, 3))


class WithoutKernel(Delegable):
    """An operator that neither XNNPACK nor ExecuTorch's runtime has."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x).sort(1)[0]


class DecidesByValue(Delegable):
    """What torch.export cannot take."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x) if x.sum() > 0 else x[:, :, 2:-2, 2:-2].repeat(1, 3, 1, 1)[:, :8]


def source(module: nn.Module, precision: str = "fp32") -> Source:
    """Of a module that takes f32 [1, 3, 16, 16] and gives one tensor; a few samples, seeded."""

    def samples() -> Iterator[dict[str, np.ndarray]]:
        for seed in range(SAMPLES):
            yield {"x": np.random.default_rng(seed).normal(size=SHAPE).astype(np.float32)}

    module = module.eval()
    with torch.no_grad():
        shape = tuple(module(torch.zeros(SHAPE)).shape)
    model = ModelSpec(
        recipe="mine",
        inputs=(TensorSpec("x", SHAPE),),
        outputs=(TensorSpec("scores", shape),),
        steps=photo("x", 16, 16, (0.5, 0.5, 0.5), (0.25, 0.25, 0.25)),
    )
    return Source(module, None, model, precision, "tensor", samples)
