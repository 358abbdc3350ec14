"""How numbers are written in the reports, and the percentiles of a latency."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median

ABSENT = "–"
"""What stands where there is no number."""


def magnitude(value: float | None) -> str:
    """An error or a tolerance, in the tensor's unit: three significant digits."""
    return ABSENT if value is None else f"{value:.3g}"


def share(value: float | None) -> str:
    """A share 0–1 as a percentage, rounded down: only what is whole reads 100.000%."""
    # 1e-6: what is 97 % may be a hair less as a double.
    return ABSENT if value is None else f"{math.floor(value * 1e5 + 1e-6) / 1e3:.3f}%"


def decibel(value: float | None) -> str:
    """A ratio in dB; None is that of equal tensors, which is infinite."""
    return "∞ dB" if value is None else f"{value:.1f} dB"


def milliseconds(value: float | None) -> str:
    """A duration in ms: one decimal below 100 ms, none above."""
    if value is None:
        return ABSENT
    return f"{value:.1f} ms" if value < 100 else f"{value:,.0f} ms"


def middle(values: Sequence[float]) -> float | None:
    """The median; None where there is no value."""
    return median(values) if values else None


def ninetieth(values: Sequence[float]) -> float | None:
    """The 90th percentile by nearest rank: the smallest value that 90 % of them do not exceed."""
    return sorted(values)[math.ceil(0.9 * len(values)) - 1] if values else None
