"""How numbers are written in the reports, and the percentiles of a latency."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median

from onpar.parity.judge.metrics import decibel as decibel

ABSENT = "–"
"""Printed instead of a missing number."""


def magnitude(value: float | None) -> str:
    """An error or a tolerance, in the tensor's unit: three significant digits."""
    return ABSENT if value is None else f"{value:.3g}"


def share(value: float | None) -> str:
    """A share 0–1 as a percentage; only exactly 1 is 100.000%, and only exactly 0 is 0.000%."""
    if value is None:
        return ABSENT
    if 0.999995 <= value < 1:
        return "> 99.999%"
    return "< 0.001%" if 0 < value < 0.000005 else f"{value:.3%}"


def file_size(count: int) -> str:
    """Bytes in MB or, below 1 MB, in kB, with one decimal."""
    return f"{count / 1e6:,.1f} MB" if count >= 1e6 else f"{count / 1e3:.1f} kB"


def milliseconds(value: float | None) -> str:
    """A duration in ms: one decimal below 100 ms, none above."""
    if value is None:
        return ABSENT
    return f"{value:.1f} ms" if value < 100 else f"{value:,.0f} ms"


def middle(values: Sequence[float]) -> float | None:
    """The median; None without values."""
    return median(values) if values else None


def ninetieth(values: Sequence[float]) -> float | None:
    """The 90th percentile by nearest rank: the smallest value that 90 % of them do not exceed."""
    return sorted(values)[math.ceil(0.9 * len(values)) - 1] if values else None
