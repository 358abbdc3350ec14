"""How much worse a lower precision may be: a limit in percent, and what is held against it."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import TypeGuard

MAX_DROP = 25.0
"""Percent of the pixels of a class map or a mask that a lower precision may change, unless the
recipe or `--max-drop` says otherwise. Measured: int8 of random weights changes 7 to 17 % of
DeepLabV3's class maps, of trained ones 0.3 to 4 %."""

PERCENT = "a number from 0 to 100"
"""What a limit is, for messages."""

DIGITS = 9
"""Decimals that count: 100 · (0.9 - 0.895) is 0.5 and a rounding error, and no more than 0.5."""


def is_percent(value: object) -> TypeGuard[float]:
    """Whether it is a number from 0 to 100."""
    return isinstance(value, Real) and not isinstance(value, bool) and 0 <= float(value) <= 100


def is_within(value: float, limit: float) -> bool:
    """Whether a drop is at most the limit, both in percent or in points."""
    return round(value, DIGITS) <= limit


def amount(value: float, limit: float | None = None) -> str:
    """A drop with two decimals, or with as many more as show on which side of the limit it is."""
    for digits in range(2, DIGITS + 1):
        text = f"{value:.{digits}f}"
        if limit is None or (float(text) <= limit) == is_within(value, limit):
            break
    return (text if float(text) else text.lstrip("-")).replace("-", "−")


@dataclass(frozen=True)
class Drop:
    """What a lower precision changes of a class map or a mask against the float model's.

    percent    of the pixels
    allowed    percent that it may change
    stated_by  who says so: `the recipe` or `--max-drop`; empty: onpar's own MAX_DROP
    """

    percent: float
    allowed: float
    stated_by: str = ""

    @property
    def within(self) -> bool:
        """Whether no more changes than may."""
        return is_within(self.percent, self.allowed)

    @property
    def sentence(self) -> str:
        """Both numbers, and whether that is too much."""
        by = f" by {self.stated_by}" if self.stated_by else ""
        limit = f"at most {self.allowed:g} %" if self.within else f"more than {self.allowed:g} %"
        return f"{amount(self.percent, self.allowed)} % of the pixels: {limit} allowed{by}"


def drop_of(percent: float, recipe: float | None, option: float | None) -> Drop:
    """The drop, by the limit of the option `--max-drop`, else of the recipe, else of onpar."""
    if option is not None:
        return Drop(percent, option, "--max-drop")
    return Drop(percent, MAX_DROP) if recipe is None else Drop(percent, recipe, "the recipe")
