"""Each metric against its formula, written down a second time and slowly."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from onpar.parity.contract.capture import Tensor
from onpar.parity.contract.classmap import argmax
from onpar.parity.contract.tolerance import Tolerance
from onpar.parity.judge.metrics import Distance, Element, distance

values = st.floats(-1e6, 1e6, width=32)
tensors = arrays.arrays(np.float32, arrays.array_shapes(max_dims=4, max_side=4), elements=values)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Tensor, Tensor]:
    ref = draw(tensors)
    return draw(arrays.arrays(np.float32, ref.shape, elements=values)), ref


def slow(got: Tensor, ref: Tensor) -> dict[str, float]:
    """The metrics by exact sums over Python's floats."""
    g, r = [float(v) for v in got.flat], [float(v) for v in ref.flat]
    error = [a - b for a, b in zip(g, r, strict=True)]
    signal, noise = math.fsum(v * v for v in r), math.fsum(e * e for e in error)
    dot, energy = math.fsum(a * b for a, b in zip(g, r, strict=True)), math.fsum(v * v for v in g)
    peak = max(r) - min(r)
    rmse = math.sqrt(noise / len(g))
    return {
        "max_abs": max(abs(e) for e in error),
        "mean_abs": math.fsum(abs(e) for e in error) / len(g),
        "rmse": rmse,
        # Never below −300 dB: JSON has no −∞ for a reference of zeros.
        "snr_db": max(10 * math.log10(signal / noise), -300) if signal and noise else -300,
        "psnr_db": max(20 * math.log10(peak / rmse), -300) if peak and noise else -300,
        "cosine": dot / math.sqrt(energy * signal) if energy and signal else 0,
        "differing": sum(e != 0 for e in error) / len(g),
    }


@given(pairs())
def test_every_metric_is_its_formula(pair: tuple[Tensor, Tensor]) -> None:
    got, ref = pair
    measured = distance(got, ref)
    if np.array_equal(got, ref):
        assert_equal(measured)
        return
    for name, expected in slow(got, ref).items():
        assert getattr(measured, name) == pytest.approx(expected, rel=1e-9, abs=1e-9), name


def assert_equal(measured: Distance) -> None:
    errors = (measured.max_abs, measured.mean_abs, measured.rmse, measured.differing)
    assert errors == (0, 0, 0, 0)
    assert (measured.snr_db, measured.psnr_db, measured.cosine) == (None, None, 1)


@given(pairs())
def test_the_worst_element_is_the_one_with_the_largest_error(pair: tuple[Tensor, Tensor]) -> None:
    got, ref = pair
    worst = distance(got, ref).worst
    assert (got[worst.index], ref[worst.index]) == (worst.got, worst.expected)
    assert abs(worst.got - worst.expected) == distance(got, ref).max_abs


def test_a_hand_made_case() -> None:
    measured = distance(np.array([[3, 0], [1, 1]]), np.array([[3, 4], [1, -1]]))
    assert measured.worst == Element((0, 1), 0, 4)
    assert (measured.max_abs, measured.mean_abs, measured.differing) == (4, 1.5, 0.5)
    assert measured.rmse == pytest.approx(math.sqrt(5))
    assert measured.snr_db == pytest.approx(10 * math.log10(27 / 20))
    assert measured.psnr_db == pytest.approx(20 * math.log10(5 / math.sqrt(5)))
    assert measured.cosine == pytest.approx(9 / math.sqrt(11 * 27))


@pytest.mark.parametrize("shape", [(), (1,), (2, 3)])
def test_equal_tensors_have_no_error_not_even_all_zero_ones(shape: tuple[int, ...]) -> None:
    for tensor in (np.zeros(shape, np.float32), np.full(shape, -7, np.int16)):
        assert_equal(distance(tensor, tensor.copy()))


def test_minus_zero_equals_zero() -> None:
    assert_equal(distance(np.array([-0.0]), np.array([0.0])))


def test_an_error_where_all_should_be_zero_has_no_signal_and_still_a_number() -> None:
    measured = distance(np.ones(3, np.float32), np.zeros(3, np.float32))
    assert (measured.snr_db, measured.psnr_db, measured.cosine) == (-300, -300, 0)
    assert distance(np.zeros(3), np.ones(3)).cosine == 0


def test_one_element_has_no_span_for_a_psnr() -> None:
    measured = distance(np.array([2.0]), np.array([1.0]))
    assert (measured.snr_db, measured.psnr_db, measured.rmse) == (0, -300, 1)


def test_levels_of_u8_do_not_wrap_around() -> None:
    levels = np.array([0, 255], np.uint8)
    assert distance(levels, levels[::-1]).max_abs == 255


def test_the_largest_float32_does_not_overflow() -> None:
    huge = np.array([np.finfo(np.float32).max, 1], np.float32)
    measured = distance(-huge, huge)
    assert measured.max_abs == 2 * float(huge[0])
    assert measured.snr_db == pytest.approx(10 * math.log10(1 / 4))


def test_the_reference_alone_gives_the_psnr_its_peak() -> None:
    ref = np.array([0.0, 1.0, 2.0])
    last = np.array([0.0, 0.0, 1.0])
    quiet, loud = distance(ref + last, ref), distance(ref - last, ref)
    assert quiet.psnr_db == loud.psnr_db == pytest.approx(20 * math.log10(2 / math.sqrt(1 / 3)))


@pytest.mark.parametrize("shapes", [((2, 3), (3, 2)), ((4,), (2, 2)), ((1,), ()), ((0,), (0,))])
def test_other_shapes_and_nothing_at_all_are_not_compared(
    shapes: tuple[tuple[int, ...], tuple[int, ...]],
) -> None:
    with pytest.raises(ValueError, match="cannot compare shapes"):
        distance(np.zeros(shapes[0]), np.zeros(shapes[1]))


def test_both_the_largest_and_the_rms_error_must_be_within_the_tolerance() -> None:
    measured = distance(np.array([0.0, 3.0]), np.array([0.0, 0.0]))
    rms = math.sqrt(4.5)
    assert measured.within(Tolerance(3, rms, "just enough"))
    assert not measured.within(Tolerance(2.999, rms, "too small"))
    assert not measured.within(Tolerance(3, rms * 0.999, "too small"))


@given(arrays.arrays(np.float32, (1, 5, 3, 4), elements=st.sampled_from([-1, 0, 1, 2.5])))
def test_argmax_gives_a_tie_to_the_lowest_class(scores: Tensor) -> None:
    classes = argmax(scores)
    assert classes.dtype == np.uint8
    for y in range(3):
        for x in range(4):
            column = list(scores[0, :, y, x])
            assert classes[y, x] == column.index(max(column))


def test_argmax_knows_256_classes() -> None:
    scores = np.zeros((1, 256, 1, 1), np.float32)
    scores[0, 255] = 1
    assert argmax(scores).tolist() == [[255]]


@pytest.mark.parametrize("dtype", ["int64", "uint64"])
def test_integers_are_subtracted_exactly_whatever_their_size(dtype: str) -> None:
    ends = np.iinfo(dtype)
    ref = np.array([[2**60, 7], [ends.max, ends.min]], dtype)
    got = np.array([[2**60 + 1, 7], [ends.max, ends.min]], dtype)
    found = distance(got, ref)
    assert (found.max_abs, found.differing) == (1.0, 0.25)
    assert found.worst == Element((0, 0), 2**60 + 1, 2**60)
    swapped = distance(got[:, ::-1], ref)
    assert swapped.worst == Element((1, 0), ends.min, ends.max)
    assert swapped.max_abs == float(2**64 - 1)
