"""Class maps against each other: shares, tiles, and flips that the allowed error explains."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from onpar.parity.contract.capture import Tensor
from onpar.parity.contract.classmap import TILE, Agreement, agreement, worst_tile
from onpar.parity.contract.span import Span

CLASSES = 4
maps = arrays.arrays(np.uint8, (5, 7), elements=st.integers(0, CLASSES - 1))


def scores_of(classes: Tensor, margin: float = 1.0) -> Tensor:
    """Scores f32 [1, CLASSES, h, w]: `margin` for a pixel's class, 0 for the others."""
    hot = np.equal(classes, np.arange(CLASSES).reshape(-1, 1, 1))
    return np.where(hot, margin, 0)[np.newaxis].astype(np.float32)


@given(maps, maps)
def test_shares_and_ious_are_those_of_a_slow_loop(got: Tensor, ref: Tensor) -> None:
    seen = agreement(got, ref, Span.of(scores_of(ref)))
    pixels = [(int(g), int(r)) for g, r in zip(got.flat, ref.flat, strict=True)]
    assert seen.flips == sum(g != r for g, r in pixels)
    assert seen.agreement == pytest.approx(sum(g == r for g, r in pixels) / len(pixels))
    foreground = [g == r for g, r in pixels if g or r]
    assert seen.foreground == (
        pytest.approx(sum(foreground) / len(foreground)) if foreground else None
    )
    present = sorted({c for pixel in pixels for c in pixel})
    iou = {
        c: sum(g == c == r for g, r in pixels) / sum(c in pixel for pixel in pixels)
        for c in present
    }
    assert seen.iou == pytest.approx(iou)
    assert seen.miou == pytest.approx(sum(iou.values()) / len(iou))


def test_iou_tells_class_255_from_the_rest() -> None:
    got, ref = np.array([[255, 0, 255]], np.uint8), np.array([[255, 255, 0]], np.uint8)
    scores = scores_of(np.minimum(ref, CLASSES - 1))
    scores = np.concatenate([scores] * 64, 1)
    assert agreement(got, ref, Span.of(scores)).iou == {0: 0, 255: 1 / 3}


def test_equal_maps_agree_fully() -> None:
    same = np.array([[0, 1], [2, 3]], np.uint8)
    assert agreement(same, same, Span.of(scores_of(same))) == Agreement(
        agreement=1,
        foreground=1,
        iou={0: 1, 1: 1, 2: 1, 3: 1},
        miou=1,
        worst_tile=1,
        worst_tile_at=(0, 0),
        pixels=4,
        flips=0,
        explained=0,
        large=(0, 1, 2, 3),
        varied=0.75,
    )


def test_a_map_of_background_alone_has_no_foreground() -> None:
    nothing = np.zeros((2, 2), np.uint8)
    assert agreement(nothing, nothing, Span.of(scores_of(nothing))).foreground is None


def test_a_golden_that_is_nearly_one_class_gives_no_figure_and_says_so() -> None:
    ref = np.zeros((10, 10), np.uint8)
    for pixels, figure in ((19, None), (20, 1.0)):
        ref.flat[:pixels] = 1 + np.arange(pixels) % 2
        seen = agreement(ref, ref, Span.of(scores_of(ref)))
        assert seen.varied == pytest.approx(pixels / 100)
        assert seen.figure == figure
        assert ("which says little: 81.0% of the golden are one class" in seen.sentence) == (
            figure is None
        )


def margins(margin: float) -> tuple[Tensor, Tensor, Tensor]:
    """One pixel whose golden class 2 leads class 1 by `margin`, captured as 1."""
    scores = np.array([-9, 1, 1 + margin, 0], np.float32).reshape(1, CLASSES, 1, 1)
    return np.array([[1]], np.uint8), np.array([[2]], np.uint8), scores


@pytest.mark.parametrize(
    ("margin", "explained"), [(0.0, 1), (0.25, 1), (0.5, 1), (0.5 + 2**-20, 0), (3.0, 0)]
)
def test_a_flip_is_explained_up_to_twice_the_allowed_error(margin: float, explained: int) -> None:
    got, ref, scores = margins(margin)
    seen = agreement(got, ref, Span.of(scores, 0.25))
    assert (seen.explained, seen.unexplained) == (explained, 1 - explained)


def test_the_margin_is_to_the_captured_class_not_to_the_runner_up() -> None:
    # Class 3 is close behind the golden class 2, but class 1 was captured, and it is far away.
    scores = np.array([0, -5, 1.0, 0.99], np.float32).reshape(1, CLASSES, 1, 1)
    seen = agreement(np.array([[1]], np.uint8), np.array([[2]], np.uint8), Span.of(scores, 0.1))
    assert seen.unexplained == 1


def test_a_class_that_the_model_does_not_have_is_never_explained() -> None:
    got, ref, scores = margins(0.0)
    assert agreement(np.full_like(got, CLASSES), ref, Span.of(scores, 1e9)).unexplained == 1
    assert agreement(np.full_like(got, 255), ref, Span.of(scores, 1e9)).unexplained == 1


def test_explained_and_unexplained_flips_are_counted_apart() -> None:
    ref = np.array([[1, 1, 1, 1]], np.uint8)
    got = np.array([[1, 0, 0, 9]], np.uint8)
    scores = scores_of(ref)
    scores[0, 1, 0, 2] = 0.1
    seen = agreement(got, ref, Span.of(scores, 0.1))
    assert (seen.flips, seen.explained, seen.unexplained) == (3, 1, 2)


def test_the_worst_tile_is_found_by_its_first_pixel_edges_included() -> None:
    flipped = np.zeros((TILE + 8, 2 * TILE + 4), np.bool_)
    assert worst_tile(flipped) == (1, (0, 0))
    flipped[0:16, TILE : 2 * TILE] = True
    assert worst_tile(flipped) == (0.5, (0, TILE))
    # The corner's tile has 8 × 4 pixels; three quarters of them weigh more than half a whole one.
    flipped[TILE : TILE + 6, 2 * TILE :] = True
    assert worst_tile(flipped) == (0.25, (TILE, 2 * TILE))


@given(arrays.arrays(np.bool_, st.tuples(st.integers(1, 70), st.integers(1, 70))))
def test_no_tile_is_worse_than_the_worst(flipped: Tensor) -> None:
    share, (y, x) = worst_tile(flipped)
    assert share == 1 - flipped[y : y + TILE, x : x + TILE].mean()
    for top in range(0, flipped.shape[0], TILE):
        for left in range(0, flipped.shape[1], TILE):
            assert share <= 1 - flipped[top : top + TILE, left : left + TILE].mean()


def test_the_lowest_class_is_one_that_covers_a_hundredth_of_the_golden() -> None:
    ref = np.zeros((10, 20), np.uint8)
    ref.flat[:60], ref.flat[60:62], ref.flat[62] = 1, 2, 3
    got = ref.copy()
    got.flat[[0, 60, 62]] = 0
    seen = agreement(got, ref, Span.of(scores_of(ref)))
    assert (seen.iou[1], seen.iou[2], seen.iou[3]) == (59 / 60, 1 / 2, 0)
    assert (seen.large, seen.lowest) == ((0, 1, 2), 2)
    assert seen.miou_large == pytest.approx((seen.iou[0] + seen.iou[1] + seen.iou[2]) / 3)
