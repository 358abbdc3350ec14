"""What a tensor may honestly hold: the least and the most of each value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onpar.parity.contract.tolerance import Allowed


@dataclass(frozen=True)
class Span:
    """`low` and `high` are floats of one shape, inclusive. What a step makes of values inside is
    honest; what it can make of none of them is a fault."""

    low: NDArray[Any]
    high: NDArray[Any]

    @classmethod
    def of(
        cls, values: NDArray[Any], errors: float | Sequence[float] = 0.0, axis: int | None = None
    ) -> Span:
        """The values, each with an error: one for all, or one for each index of `axis`."""
        each = np.atleast_1d(np.asarray(errors, np.float64))
        if axis is not None:
            each = each.reshape([-1 if i == axis else 1 for i in range(values.ndim)])
        wide = values.astype(np.float64)
        return cls(wide - each, wide + each)

    @classmethod
    def around(cls, values: NDArray[Any], allowed: Allowed) -> Span:
        """The values with their allowed errors, those that may make a pixel change class."""
        return cls.of(values, allowed.of_scores, allowed.axis)

    def wider(self, by: float) -> Span:
        """With an error of `by` more: the rounding of the step that made the values."""
        return Span(self.low - by, self.high + by)
