"""An artifact of a lower precision that is wholly wrong fails, whatever its tolerance."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from onpar.parity.contract.classmap import agreement
from onpar.parity.contract.confusion import confusion, shares
from onpar.parity.contract.span import Span
from onpar.parity.judge.metrics import LEAST_DB, decibel, distance
from onpar.parity.judge.wholly_wrong import by_chance, drowned

Map = NDArray[np.uint8]

RIGHT = np.arange(-50, 50, dtype=np.float32).reshape(1, 1, 10, 10)


@pytest.mark.parametrize(
    ("factor", "said"), [(0.0, "0.0 dB SNR"), (-1.0, "-6.0 dB SNR"), (2.0, "0.0 dB SNR")]
)
def test_an_error_as_strong_as_half_of_the_output_is_wholly_wrong(factor: float, said: str) -> None:
    assert f"wholly wrong: {said}" in drowned(distance(RIGHT * factor, RIGHT), None)


@pytest.mark.parametrize("factor", [1.0, 1.01, 0.51, 1.49])
def test_a_smaller_error_is_not(factor: float) -> None:
    """6 dB are a factor of 1.995."""
    assert drowned(distance(RIGHT * np.float32(factor), RIGHT), None) == ""


def test_an_output_near_nothing_is_measured_by_what_another_case_moves_it_by() -> None:
    """A probability of 1e-4 that int8 makes 0, where another case's is 0.9."""
    right = np.array([[1e-4]], np.float32)
    zero = distance(np.zeros_like(right), right)
    assert drowned(zero, None) != ""
    assert drowned(zero, 0.9) == ""
    assert drowned(distance(np.array([[0.9]], np.float32), right), 0.9) != ""


def test_a_reference_of_zeros_has_no_signal_and_says_nothing() -> None:
    zeros = np.zeros((1, 4), np.float32)
    apart = distance(zeros + 1, zeros)
    assert (apart.snr_db, decibel(apart.snr_db)) == (LEAST_DB, "−∞ dB")
    assert drowned(apart, None) == ""
    assert drowned(apart, 1.0) != ""


@pytest.mark.parametrize(
    ("value", "said"),
    [(None, "∞ dB"), (0.0, "0.0 dB"), (-0.04, "0.0 dB"), (-6.02, "-6.0 dB"), (-300.0, "−∞ dB")],
)
def test_0_db_is_printed_as_0_db_and_only_equal_tensors_are_infinite(
    value: float | None, said: str
) -> None:
    assert decibel(value) == said


def seen(got: Map, ref: Map) -> str:
    scores = np.zeros((1, 4, *ref.shape), np.float32)
    return by_chance(agreement(got, ref, Span.of(scores)))


HALVES = np.repeat(np.array([[0, 1], [2, 3]], np.uint8), 8, axis=0).repeat(8, axis=1)


@pytest.mark.parametrize("got", [(HALVES + 1) % 4, np.zeros_like(HALVES), HALVES[::-1]])
def test_a_map_that_agrees_no_more_than_by_chance_is_wholly_wrong(got: Map) -> None:
    assert "Cohen's kappa" in seen(np.ascontiguousarray(got), HALVES)


def test_a_map_with_three_quarters_right_is_not() -> None:
    got = HALVES.copy()
    got[HALVES == 3] = 0
    assert seen(got, HALVES) == seen(HALVES, HALVES) == ""


def test_of_a_golden_that_is_nearly_one_class_nothing_can_be_said() -> None:
    ref = np.zeros((10, 10), np.uint8)
    ref.flat[:19] = 1
    assert seen(1 - ref, ref) == ""
    ref.flat[:20] = 1
    assert seen(1 - ref, ref) != ""


def test_kappa_is_what_is_agreed_beyond_chance() -> None:
    """The formula by hand: 60 of 100 agree, 54 of them by chance."""
    counts = {(0, 0): 45, (0, 1): 15, (1, 0): 25, (1, 1): 15}
    first = np.concatenate([np.full(n, a, np.uint8) for (a, _), n in counts.items()])
    second = np.concatenate([np.full(n, b, np.uint8) for (_, b), n in counts.items()])
    expected = 0.6 * 0.7 + 0.4 * 0.3
    kappa = shares(confusion(first, second, 2)).kappa
    assert kappa == pytest.approx((0.6 - expected) / (1 - expected))


@given(arrays.arrays(np.uint8, (2, 5, 5), elements=st.integers(0, 3)))
def test_kappa_is_at_most_1_and_1_only_where_equal(maps: Map) -> None:
    first, second = maps
    kappa = shares(confusion(first, second, 4)).kappa
    assert -1 <= kappa <= 1 and math.isfinite(kappa)
    assert (kappa == 1) == np.array_equal(first, second)
