"""A tolerance that would excuse anything, or that no one can explain, cannot be made."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onpar.parity.contract.tolerance import (
    EPS,
    EXACT,
    FLOAT32,
    Floor,
    Tolerance,
    ToleranceError,
    ToleranceRule,
)

UNUSABLE = [math.inf, -math.inf, math.nan, -1e-9, None, "1"]


@pytest.mark.parametrize("bound", UNUSABLE)
@pytest.mark.parametrize("kind", [Tolerance, ToleranceRule])
@pytest.mark.parametrize("order", [1, -1])
def test_a_bound_that_is_no_finite_number_of_at_least_0_is_refused(
    kind: Any, bound: Any, order: int
) -> None:
    with pytest.raises(ToleranceError, match="must be a finite number of at least 0"):
        kind(*(bound, 1.0)[::order], "a reason")


@pytest.mark.parametrize("bound", UNUSABLE)
@pytest.mark.parametrize("order", [1, -1])
def test_a_noise_floor_that_is_no_number_is_refused(bound: Any, order: int) -> None:
    with pytest.raises(ToleranceError, match="noise floor"):
        Floor(*(bound, 1.0)[::order])


@pytest.mark.parametrize("reason", ["", "  ", "\n", None])
@pytest.mark.parametrize("kind", [Tolerance, ToleranceRule])
def test_a_tolerance_without_a_reason_is_refused(kind: Any, reason: Any) -> None:
    with pytest.raises(ToleranceError, match="needs a reason"):
        kind(1.0, 1.0, reason)


def test_a_rule_on_a_huge_floor_is_refused_rather_than_infinite() -> None:
    with pytest.raises(ToleranceError):
        FLOAT32.tolerance(Floor(1e308, 1e308))


def test_eps_is_float32s() -> None:
    assert np.finfo(np.float32).eps == EPS


@given(st.floats(0, 1e30), st.floats(0, 1e30), st.floats(0, 1e30))
def test_a_floor_is_never_below_4_eps_of_the_peak(largest: float, rms: float, peak: float) -> None:
    floor = Floor(largest, rms).at_least(peak)
    assert floor == Floor(max(largest, 4 * EPS * peak), max(rms, 4 * EPS * peak))


def test_float32_is_allowed_8_floors_at_most_and_4_by_rms_and_says_why() -> None:
    tolerance = FLOAT32.tolerance(Floor(1e-3, 1e-4))
    assert tolerance.max_abs == pytest.approx(8e-3)
    assert tolerance.rms == pytest.approx(4e-4)
    assert "max ≤ 8·F, RMS ≤ 4·F" in tolerance.reason
    assert "F = 0.001 (max), 0.0001 (RMS)" in tolerance.reason
    assert "within 0.65–1.75 F" in tolerance.reason


def test_exact_allows_nothing() -> None:
    assert (EXACT.max_abs, EXACT.rms) == (0, 0)
