"""The search keeps as few of the most costly layers as the limit needs."""

from __future__ import annotations

import pytest

from onpar.pipeline.quantize.greedy import fewest, spread


@pytest.mark.parametrize("needed", range(10))
def test_the_fewest_layers_that_the_limit_needs_are_found(needed: int) -> None:
    tried = list[int]()

    def holds(count: int) -> bool:
        tried.append(count)
        return count >= needed

    assert fewest(9, holds) == needed
    assert len(tried) <= 6


def test_a_limit_that_only_a_few_kept_layers_hold_is_found_by_powers_of_2() -> None:
    assert fewest(70, lambda count: 3 <= count <= 5) == 4
    assert fewest(70, lambda count: False) == 70
    assert fewest(0, lambda count: False) == 0


def test_the_compared_examples_are_spread_evenly() -> None:
    given: list[object] = [*range(10)]
    assert spread(given, 4) == [0, 2, 5, 7]  # type: ignore[comparison-overlap, arg-type]
    assert spread(given[:2], 4) == [0, 1]  # type: ignore[comparison-overlap, arg-type]
