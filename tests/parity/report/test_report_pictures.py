"""The pictures, the histogram and the figures show the numbers that they are made of."""

import base64
import io
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image
from present import present
from report_maker import CLASSES, FIVE_CLASSES, PALETTE

from onpar.parity.report.figures import decibel, magnitude, middle, milliseconds, ninetieth, share
from onpar.parity.report.page.histogram import histogram
from onpar.parity.report.page.legend import legend, shares
from onpar.parity.report.page.pictures import (
    MAX_SIDE,
    UNKNOWN,
    Picture,
    class_picture,
    heat_picture,
    photo,
)
from onpar.parity.report.page.scale import (
    COLOURS,
    EQUAL,
    LEVELS,
    NONFINITE,
    OUTLINE,
    STEPS_WITHIN,
    Scale,
    scale_for,
)
from onpar.parity.report.printable import printable

ALLOWED = Scale(0.5, True)


def pixels(picture: Picture) -> NDArray[np.uint8]:
    head, _, data = picture.uri.partition(";base64,")
    image = Image.open(io.BytesIO(base64.b64decode(data)))
    assert head == f"data:image/{present(image.format).lower()}"
    assert image.size == (picture.width, picture.height)
    return np.asarray(image.convert("RGB"))


@given(st.floats(2**-100, 2**100, width=32), st.floats(1e-12, 1e12))
def test_an_error_is_hot_exactly_where_it_is_above_what_is_allowed(
    error: float, allowed: float
) -> None:
    level = int(Scale(allowed, True).levels(np.array([error], np.float32))[0])
    assert 0 <= level < LEVELS
    assert (level >= STEPS_WITHIN) == (float(np.float32(error)) > allowed)


def test_levels_are_quarters_of_a_decade_that_end_at_a_thousand() -> None:
    ratios = np.array([1e-9, 1e-3, 0.11, 0.9, 1, 1.1, 11, 999, 1e9], np.float32)
    levels = Scale(1.0, True).levels(ratios).tolist()
    assert levels == [0, 0, 8, 11, 11, 12, 16, 23, 23]


def test_nan_and_infinity_and_equal_have_colours_of_their_own() -> None:
    error = np.array([0, np.nan, np.inf, 1], np.float32)
    assert ALLOWED.levels(error).tolist()[:3] == [EQUAL, NONFINITE, NONFINITE]
    assert len(set(COLOURS)) == len(COLOURS)


def test_the_heat_picture_is_hot_where_the_error_is_and_outlines_flips() -> None:
    error = np.full((40, 60), 0.01, np.float32)
    error[10:14, 20:26] = 7
    error[30, 50] = np.nan
    flipped = error == 7
    shown = pixels(heat_picture(error, ALLOWED, flipped, ""))
    hot = COLOURS[int(ALLOWED.levels(np.array([7], np.float32))[0])]
    cool = COLOURS[int(ALLOWED.levels(np.array([0.01], np.float32))[0])]
    assert (shown[10:14, 20:26] == hot).all()
    assert tuple(shown[30, 50]) == COLOURS[NONFINITE]
    ring = (shown == COLOURS[OUTLINE]).all(-1)
    assert ring[8:16, 18:28].any() and not ring[9:15, 19:27].any()
    ring[8:16, 18:28] = False
    assert not ring.any()
    assert tuple(shown[0, 0]) == cool


def test_where_no_error_is_allowed_yet_nothing_is_hot() -> None:
    error = np.array([[1e-3, 5.0, np.nan]], np.float32)
    scale = scale_for(error, None)
    assert (scale.unit, scale.allowed) == (5.0, False)
    assert (scale.levels(error)[0, :2] < STEPS_WITHIN).all()
    assert scale_for(np.zeros((2, 2), np.float32), None).unit == 1


def test_a_large_picture_is_reduced_and_keeps_its_largest_error() -> None:
    error = np.zeros((3 * MAX_SIDE, 50), np.float32)
    error[1234, 17] = 9
    picture = heat_picture(error, ALLOWED, None, "")
    assert picture.height <= MAX_SIDE
    assert (pixels(picture) != COLOURS[EQUAL]).any(-1).sum() == 1
    wide = np.zeros((8, 2 * MAX_SIDE, 3), np.uint8)
    assert photo(wide, "").width == MAX_SIDE
    assert class_picture(wide[:, :, 0], PALETTE, "").width == MAX_SIDE


def test_a_class_map_has_the_models_colours_and_another_for_a_class_it_has_not() -> None:
    classes = np.array([[0, 1], [4, 200]], np.uint8)
    shown = pixels(class_picture(classes, PALETTE, ""))
    assert [tuple(p) for p in shown.reshape(-1, 3)] == [*(PALETTE[n] for n in (0, 1, 4)), UNKNOWN]


def test_a_photo_is_the_photo_within_what_webp_loses() -> None:
    gradient = np.linspace(0, 255, 64 * 48).astype(np.uint8).reshape(48, 64, 1).repeat(3, 2)
    assert np.abs(pixels(photo(gradient, "")).astype(int) - gradient).mean() < 3


def test_the_histogram_counts_every_value_once() -> None:
    error = np.array([0, 0, 1e-4, 0.4, 0.5, 0.6, 1e9, np.nan], np.float32).reshape(1, 2, 2, 2)
    counted = histogram(error, ALLOWED)
    assert (counted.total, counted.equal, counted.above, counted.nonfinite) == (8, 2, 2, 1)
    assert sum(bar.count for bar in counted.bars) == 5
    assert max(bar.height for bar in counted.bars) == 1
    assert all(bar.colour == COLOURS[bar.level] for bar in counted.bars)


def test_a_histogram_of_equal_values_has_no_bar() -> None:
    counted = histogram(np.zeros((2, 2), np.float32), ALLOWED)
    assert counted.bars == () and counted.equal == 4


def test_the_legend_lists_the_classes_of_either_map_and_no_other() -> None:
    golden, captured = np.array([[0, 0, 4, 0]], np.uint8), np.array([[0, 0, 7, 1]], np.uint8)
    found = legend(shares(golden), shares(captured), FIVE_CLASSES, {0: 2 / 3})
    assert [(c.name, c.golden, c.captured, c.iou) for c in found] == [
        ("background", 0.75, 0.5, 2 / 3),
        ("person", 0.25, 0.0, None),
        ("bird", 0.0, 0.25, None),
        ("class 7, not the model's", 0.0, 0.25, None),
    ]
    assert [c.colour for c in found] == [PALETTE[0], PALETTE[4], PALETTE[1], UNKNOWN]
    assert CLASSES[3] not in {c.name for c in found}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "100.000%"),
        (1 - 1e-7, "> 99.999%"),
        (0.97, "97.000%"),
        (1e-8, "< 0.001%"),
        (0.0, "0.000%"),
        (None, "–"),
    ],
)
def test_a_share_reads_whole_or_nothing_only_where_it_is(value: float | None, text: str) -> None:
    assert share(value) == text


def test_figures_have_the_digits_that_they_need() -> None:
    assert [magnitude(v) for v in (0.0, 3.0517e-6, 20.0)] == ["0", "3.05e-06", "20"]
    assert [milliseconds(v) for v in (9.96, 99.94, 812.4, 15012.0)] == [
        *("10.0 ms", "99.9 ms", "812 ms", "15,012 ms")
    ]
    assert [decibel(v) for v in (None, 43.21)] == ["∞ dB", "43.2 dB"]


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=50))
def test_nine_tenths_of_the_runs_took_at_most_the_90th_percentile(runs: list[float]) -> None:
    bound = ninetieth(runs)
    assert bound in runs
    assert sum(run <= bound for run in runs) >= math.ceil(0.9 * len(runs))
    assert sum(run < bound for run in runs) < math.ceil(0.9 * len(runs))


def test_no_run_has_no_percentile() -> None:
    assert middle(()) is None and ninetieth(()) is None
    assert milliseconds(None) == "–"


def test_text_from_elsewhere_is_made_printable() -> None:
    assert printable("plain – “text” 猫") == "plain – “text” 猫"
    assert printable("a\nb\x1b[2J\u202ec\ud800") == "a b\ufffd[2J\ufffdc\ufffd"
