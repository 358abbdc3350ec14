"""Modules that torch.jit.script cannot compile, each with something that a trace may bake in."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.jit._trace import is_tracing


class Traced(nn.Module):
    """`*inputs` is what the compiler does not take. Takes f32 [1, 3, 8, 8]."""

    def __init__(self) -> None:
        super().__init__()
        self.steps: Tensor
        self.register_buffer("steps", torch.tensor(3))

    def forward(self, *inputs: Tensor) -> Any:
        return self.of(inputs[0])

    def of(self, x: Tensor) -> Any:
        raise NotImplementedError


class BranchOnMean(Traced):
    def of(self, x: Tensor) -> Any:
        if x.mean() > 100:
            x = x * 2
        return x


class Item(Traced):
    def of(self, x: Tensor) -> Any:
        return x * x.sum().item()


class Listed(Traced):
    def of(self, x: Tensor) -> Any:
        return x * x.sum(0).flatten().tolist()[0]


class ThroughNumpy(Traced):
    def of(self, x: Tensor) -> Any:
        return x * float(x.numpy().mean())


class Index(Traced):
    def of(self, x: Tensor) -> Any:
        return [x, x + 1, x + 2][x.flatten()[:3].argmax()]


class BranchOnCopy(Traced):
    def of(self, x: Tensor) -> Any:
        padded = torch.zeros(1, 4, 8, 8)
        padded[:, :3] = x
        if padded.max() > 100:
            padded = padded * 2
        return padded


class BranchOnShape(Traced):
    def of(self, x: Tensor) -> Any:
        if x.shape[2] > 3:
            x = x + 1
        return x[:, : int(x.shape[1]) // 2]


class BranchOnZeros(Traced):
    def of(self, x: Tensor) -> Any:
        if torch.zeros_like(x).max() < 1:
            x = x + 1
        return x


class StepsOfBuffer(Traced):
    def of(self, x: Tensor) -> Any:
        for _ in range(int(self.steps)):
            x = x.tanh()
        return x


class Asserts(Traced):
    def of(self, x: Tensor) -> Any:
        assert (x > -1e9).all()
        return x * 2


class Masked(Traced):
    def of(self, x: Tensor) -> Any:
        return x.masked_fill(x > 0, 0.0), x[:, :, x[0, 0, :3, 0].argmax()]


class OfPositives(Traced):
    """NaN where the probes are negative, and no input at all where they are zero."""

    def of(self, x: Tensor) -> Any:
        if is_tracing():
            return x.sqrt()
        if not x.any():
            raise ValueError("expected a photo")
        return x.sqrt()


class HiddenBranch(Traced):
    """Decides by a value that no conversion of PyTorch's shows."""

    def of(self, x: Tensor) -> Any:
        import ctypes

        first = ctypes.cast(x.data_ptr(), ctypes.POINTER(ctypes.c_float))[0]
        return x * 2 if first > 0 else x


class Fails(Traced):
    def of(self, x: Tensor) -> Any:
        if is_tracing():
            raise RuntimeError("not while traced")
        return x


BAKED = {
    BranchOnMean: "if x.mean() > 100:",
    Item: "return x * x.sum().item()",
    Listed: "return x * x.sum(0).flatten().tolist()[0]",
    ThroughNumpy: "return x * float(x.numpy().mean())",
    Index: "return [x, x + 1, x + 2][x.flatten()[:3].argmax()]",
    BranchOnCopy: "if padded.max() > 100:",
}
"""Modules whose trace would depend on the values it was made with, and the line where."""

SOUND = (BranchOnShape, BranchOnZeros, StepsOfBuffer, Asserts, Masked, OfPositives)
"""Modules whose trace is the module, for every input of this shape."""
