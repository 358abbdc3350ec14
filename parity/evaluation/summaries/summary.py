"""What a task makes of a tally: the figures of the reference and of each artifact."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from onpar.parity.evaluation.spread import Worst
from onpar.parity.evaluation.tally import Row

R = TypeVar("R")
F = TypeVar("F")


@dataclass(frozen=True)
class Summary(Generic[R, F]):
    """The figures of the reference, and of each artifact in order, with its worst images."""

    reference: R
    artifacts: tuple[F, ...]
    worst: tuple[tuple[Worst, ...], ...]


@dataclass(frozen=True)
class Figuring:
    """How a task sums up: `row` gives what it keeps of an image, of the last step and of what the
    reference and each artifact showed; `summary` gives the figures of the last step and the
    tally."""

    row: Callable[..., Row]
    summary: Callable[..., Summary]  # type: ignore[type-arg]
