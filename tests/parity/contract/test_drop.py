"""A drop and its limit: what is within, and what is said of both."""

from __future__ import annotations

import math

import numpy as np
import pytest

from onpar.parity.contract.drop import MAX_DROP, Drop, amount, drop_of, is_percent, is_within


@pytest.mark.parametrize("given", [0, 100, 0.5, np.float32(7), np.int64(3)])
def test_a_limit_is_any_number_of_percent(given: object) -> None:
    assert is_percent(given)


@pytest.mark.parametrize("given", [-1e-9, 100.1, math.nan, math.inf, True, "5", None, 5j, [5]])
def test_nothing_else_is_a_limit(given: object) -> None:
    assert not is_percent(given)


def test_what_is_equal_to_the_limit_is_within_it_in_spite_of_rounding_errors() -> None:
    drop = 100 * (0.9 - 0.895)
    assert drop > 0.5
    assert is_within(drop, 0.5)
    assert not is_within(0.500001, 0.5)
    assert is_within(0, 0)
    assert not is_within(math.nan, 100)


@pytest.mark.parametrize(
    ("value", "limit", "said"),
    [
        (0.503, 0.5, "0.503"),
        (0.4999, 0.5, "0.50"),
        (25.0004, 25, "25.0004"),
        (100 * (0.9 - 0.895), 0.5, "0.50"),
        (-0.25, 0.5, "−0.25"),
        (-0.001, 0.5, "0.00"),
        (0.000002, 0, "0.000002"),
    ],
)
def test_a_drop_has_as_many_digits_as_show_its_side_of_the_limit(
    value: float, limit: float, said: str
) -> None:
    assert amount(value, limit) == said


def test_the_option_comes_before_the_recipe_and_the_recipe_before_onpars_own() -> None:
    assert drop_of(7, None, None) == Drop(7, MAX_DROP)
    assert drop_of(7, 5, None) == Drop(7, 5, "the recipe")
    assert drop_of(7, 5, 0) == Drop(7, 0, "--max-drop")
    assert drop_of(7, 0, None).sentence == (
        "7.00 % of the pixels: more than 0 % allowed by the recipe"
    )
    assert drop_of(1.2, None, None).sentence == "1.20 % of the pixels: at most 25 % allowed"
