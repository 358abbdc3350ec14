"""Quantize and dequantize in float64: q = clamp(round(x / scale) + zero point), (q - zero point) ·
scale (ONNX's QuantizeLinear and DequantizeLinear; PyTorch's quantize_per_tensor is the same)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]

FUSED = 0.01
"""Steps. A kernel that multiplies its sums by a fixed-point number instead of dividing by the scale
is at most this far from the exact value before it rounds: the number has 15 bits or more, and the
value is at most 255 steps (255 · 2**-15 = 0.008)."""


@dataclass(frozen=True)
class Arithmetic:
    """How a program rounds.

    ties    "even" as ONNX and PyTorch specify, or "away" from zero as C's round()
    spread  how far a value may be from the exact one before it is rounded, in steps: uniform
            within ± spread, drawn from `seed`
    """

    ties: str = "even"
    spread: float = 0.0
    seed: int = 0


EXACT = Arithmetic()

HONEST = (
    Arithmetic(ties="away"),
    Arithmetic(spread=1e-4),
    Arithmetic(spread=FUSED),
    Arithmetic(spread=FUSED, seed=1),
)
"""Other ways to round that a right kernel may have."""


class Rounding:
    """Rounds as `arithmetic` says, with draws of its own: two of them repeat each other."""

    def __init__(self, arithmetic: Arithmetic = EXACT) -> None:
        self.arithmetic = arithmetic
        self._random = np.random.default_rng(arithmetic.seed)

    def quantized(
        self, name: str, x: F64, scale: F64, zero_point: F64, least: int, most: int
    ) -> F64:
        """The integers from `least` to `most`, as f64 of x's shape; `scale` and `zero_point` are
        broadcast. `name` is that of the quantized tensor."""
        steps = x / scale
        if self.arithmetic.spread:
            steps = steps + self.arithmetic.spread * self._random.uniform(-1, 1, steps.shape)
        if self.arithmetic.ties == "away":
            rounded = np.trunc(steps + np.copysign(0.5, steps))
        else:
            rounded = np.rint(steps)
        whole: F64 = np.clip(rounded + zero_point, least, most)
        return whole


class OnOwnInputs(Rounding):
    """Gives every operator what the runtime computed before it, and notes how far the runtime's own
    result is from the exact one.

    held  the runtime's quantized tensors by name; others are rounded exactly
    off   in steps, by name, the largest distance of the runtime's integer from the exact value
          before it is rounded: 0.5 at most for an exact kernel
    """

    def __init__(self, held: Mapping[str, NDArray[Any]]) -> None:
        super().__init__()
        self.held = held
        self.off: dict[str, float] = {}

    def quantized(
        self, name: str, x: F64, scale: F64, zero_point: F64, least: int, most: int
    ) -> F64:
        if name not in self.held:
            return super().quantized(name, x, scale, zero_point, least, most)
        got: F64 = self.held[name].astype(np.float64)
        exact = np.clip(x / scale + zero_point, least, most)
        self.off[name] = float(np.abs(exact - got).max(initial=0.0))
        return got


def along(values: NDArray[Any], ndim: int, axis: int) -> F64:
    """Scales or zero points as f64 that broadcast along `axis` of a tensor of `ndim` axes."""
    flat = np.asarray(values, np.float64)
    if flat.size == 1:
        return flat.reshape(())
    shape = [1] * ndim
    shape[axis] = -1
    return flat.reshape(shape)
