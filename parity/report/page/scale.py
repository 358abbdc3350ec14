"""The scale of the error pictures: steps of a quarter decade, cool colours within the allowed error
and hot ones above it, so that colour alone answers the question."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onpar.parity.contract.tolerance import Allowed

DECADES = 3
"""The scale extends from 10^−3 to 10^3 of its unit; errors outside take the end's colour."""

PER_DECADE = 4

STEPS_WITHIN = DECADES * PER_DECADE
"""Number of levels within the unit; as many lie above it."""

LEVELS = 2 * STEPS_WITHIN

EQUAL, NONFINITE, OUTLINE = LEVELS, LEVELS + 1, LEVELS + 2
"""The picture's colours besides the levels: equal to the bit, not finite, around flips."""

Colour = tuple[int, int, int]

COOL_COLOURS: tuple[Colour, ...] = ((22, 28, 46), (37, 68, 110), (94, 158, 196))
HOT_COLOURS: tuple[Colour, ...] = ((255, 214, 92), (244, 121, 32), (198, 24, 30))


@dataclass(frozen=True)
class Scale:
    """`unit` is the allowed error in the output's unit; if none is known (`allowed` False) it is
    the largest error that occurs, and nothing is above it. With `by_channel` each channel has its
    own allowed error, and `unit` is the largest of these."""

    unit: float
    allowed: bool
    by_channel: bool = False

    def levels(self, error: NDArray[Any]) -> NDArray[np.uint8]:
        """Level of every |error|: 0 … LEVELS − 1, EQUAL for zero, NONFINITE for NaN and infinity.

        Levels from WITHIN on are exactly the errors above the unit.
        """
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            steps = np.ceil(np.log10(error / np.float32(self.unit)) * PER_DECADE) + (
                STEPS_WITHIN - 1
            )
            # Not by the logarithm, nor with the unit as f32: rounding could change the level.
            above = error > np.float64(self.unit)
            steps = np.where(
                above, steps.clip(STEPS_WITHIN, LEVELS - 1), steps.clip(0, STEPS_WITHIN - 1)
            )
        special = np.where(error == 0, EQUAL, NONFINITE)
        plain = np.isfinite(error) & (error != 0)
        return np.where(plain, steps, special).astype(np.uint8)


def scale_for(error: NDArray[Any], allowed: float | None) -> Scale:
    """The scale for these |errors| where `allowed` is what they may be, None if not known."""
    if allowed:
        return Scale(allowed, True)
    finite = error[np.isfinite(error)]
    return Scale(float(finite.max(initial=0)) or 1.0, False)


def scaled(error: NDArray[Any], allowed: Allowed | None) -> tuple[NDArray[Any], Scale]:
    """The scale for |errors| [1, C, h, w], and the errors on it: each relative to the allowed error
    of its channel, as shares of `unit`."""
    if allowed is None or allowed.axis is None:
        return error, scale_for(error, allowed.widest.max_abs if allowed else None)
    unit = allowed.widest.max_abs
    bounds = np.array([one.max_abs for one in allowed.each])
    with np.errstate(divide="ignore", invalid="ignore"):
        factors = (unit / bounds).reshape([-1 if i == allowed.axis else 1 for i in range(4)])
        shares = np.where(error == 0, 0, error * factors)
    return shares, replace(scale_for(shares, unit), by_channel=True)


def _ramp(anchors: tuple[Colour, ...]) -> list[Colour]:
    at = np.linspace(0, len(anchors) - 1, STEPS_WITHIN)
    channels = [np.interp(at, range(len(anchors)), c) for c in zip(*anchors, strict=True)]
    return [(round(r), round(g), round(b)) for r, g, b in zip(*channels, strict=True)]


COLOURS: tuple[Colour, ...] = (
    *_ramp(COOL_COLOURS),
    *_ramp(HOT_COLOURS),
    (10, 12, 20),
    (255, 0, 255),
    (60, 255, 40),
)
"""By level, then EQUAL, NONFINITE and OUTLINE."""
