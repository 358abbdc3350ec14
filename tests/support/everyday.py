"""What `make test` runs of tests that `make test-all` runs all of."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Any

import pytest


def one_of_each(values: Iterable[Any], kind: Callable[[Any], Hashable]) -> list[Any]:
    """The values to parametrize a test with: the first of each kind as it is, the rest slow."""
    seen = set()
    chosen = []
    for value in values:
        known = kind(value) in seen
        seen.add(kind(value))
        chosen.append(pytest.param(value, marks=pytest.mark.slow) if known else value)
    return chosen


def few(number: int, full: int) -> list[Any]:
    """How often: `number` every day, and `full` where there is time."""
    return [number, pytest.param(full, marks=pytest.mark.slow)]
