"""Two arrays are judged as an output of the network is: each mistake has its status, and a
tolerance is never silently wide."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from python_calls import python

from onpar import OnparError, Status, compare
from onpar.pipeline.paths import ROOT

RNG = np.random.default_rng(0)
EXACT = RNG.normal(0, 3, (1, 3, 24, 24))
HONEST = EXACT.astype(np.float32)
SCORES = RNG.normal(0, 3, (4, 10))


def test_float32_is_on_par_with_its_float64_reference_and_the_least_floor_is_the_reason() -> None:
    found = compare(HONEST, EXACT)
    assert (found.on_par, found.exit_code, found.answer) == (True, 0, "On par: 1 array.")
    [row] = found.rows
    assert row.tolerance is not None
    # Of the channel that is nearest to its tolerance.
    assert row.group.startswith("channel ")
    peak = np.abs(EXACT[0, int(row.group.removeprefix("channel "))]).max()
    assert row.tolerance.max_abs == pytest.approx(32 * 2**-23 * peak)
    assert "no tolerance was stated" in row.tolerance.reason


def test_figures_are_those_of_the_arrays() -> None:
    got = HONEST.copy()
    got[0, 1, 2, 3] += 0.5
    [row] = compare(got, HONEST, max_abs=0.1).rows
    assert (row.status, row.index) == (Status.VALUE, (0, 1, 2, 3))
    assert (row.got, row.expected) == (got[0, 1, 2, 3], HONEST[0, 1, 2, 3])
    assert row.max_abs == pytest.approx(0.5)
    assert row.rms == pytest.approx(0.5 / math.sqrt(got.size))
    assert row.snr_db == pytest.approx(
        10 * math.log10(np.square(HONEST.astype(np.float64)).sum() / 0.25), abs=1e-3
    )
    assert row.tolerance is not None
    assert row.tolerance.reason == "the caller states max_abs = 0.1"
    assert "worst at [0, 1, 2, 3]" in row.sentence


@pytest.mark.parametrize(
    ("bounds", "on_par"),
    [
        ({"max_abs": 2e-3}, True),
        ({"max_abs": 5e-4}, False),
        ({"rms": 2e-3}, True),
        ({"rms": 5e-4}, False),
        ({"max_abs": 2e-3, "rms": 5e-4}, False),
        ({"noise_floor": 5e-4}, True),
        ({"noise_floor": 1e-4}, False),
        ({"max_abs": {"array": 2e-3}}, True),
        ({}, False),
    ],
    ids=str,
)
def test_an_error_of_a_thousandth_is_judged_by_what_is_stated(
    bounds: dict[str, Any], on_par: bool
) -> None:
    assert compare(HONEST + np.float32(1e-3), EXACT, **bounds).on_par is on_par


MISTAKES: dict[str, tuple[Any, Any]] = {
    "red and blue are swapped (BGR)": (HONEST[:, ::-1], EXACT),
    "the layout is NHWC": (HONEST.transpose(0, 2, 3, 1), EXACT),
    "a sigmoid was applied": ((1 / (1 + np.exp(-SCORES))).astype(np.float32), SCORES),
    "a sigmoid was left out": (SCORES.astype(np.float32), 1 / (1 + np.exp(-SCORES))),
    "a softmax was left out": (
        SCORES.astype(np.float32),
        np.exp(SCORES) / np.exp(SCORES).sum(1, keepdims=True),
    ),
    "a ReLU was left out": (HONEST, np.maximum(EXACT, 0)),
    "the sign is flipped": (-HONEST, EXACT),
}


@pytest.mark.parametrize("cause", MISTAKES)
def test_a_known_mistake_is_named(cause: str) -> None:
    got, ref = MISTAKES[cause]
    [row] = compare(got, ref).rows
    assert row.cause == cause
    assert row.sentence.endswith(f"Cause: {cause}.")


def test_an_error_that_no_mistake_explains_has_no_cause() -> None:
    [row] = compare(RNG.normal(0, 3, EXACT.shape).astype(np.float32), EXACT).rows
    assert (row.status, row.cause) == (Status.VALUE, "")


def with_nan(array: Any) -> Any:
    changed = array.copy()
    changed[0, 0, 3, 4] = np.nan
    return changed


STATUSES: dict[str, tuple[Any, Any, Status, str]] = {
    "shape": (HONEST[..., 1:], EXACT, Status.SHAPE, "has shape [1, 3, 24, 23]"),
    "dtype": (HONEST.astype(np.float16), HONEST, Status.DTYPE, "is float16, expected float32"),
    "wider": (EXACT, HONEST, Status.DTYPE, "is float64, expected float32"),
    "nan": (with_nan(HONEST), EXACT, Status.NONFINITE, "first at [0, 0, 3, 4]: got nan"),
    "nan in the reference": (HONEST, with_nan(EXACT), Status.UNJUDGED, "reference itself is nan"),
    "float16": (HONEST.astype(np.float16), EXACT, Status.UNJUDGED, "no tolerance of float16"),
    "no values": (HONEST[:0], HONEST[:0], Status.UNJUDGED, "the reference has no values"),
    "one integer": (np.arange(9), np.arange(9) + np.eye(9, dtype=int)[4], Status.VALUE, "[4]"),
    "large integers": (
        np.array([2**60]),
        np.array([2**60 + 1]),
        Status.VALUE,
        "by up to 1 where 0",
    ),
    "equal float16": (HONEST.astype("f2"), HONEST.astype("f2"), Status.PASS, "equal to the bit"),
    "a number": (np.float32(3), np.float32(3), Status.PASS, "equal to the bit"),
}


@pytest.mark.parametrize("kind", STATUSES)
def test_each_difference_has_its_status(kind: str) -> None:
    got, ref, status, said = STATUSES[kind]
    found = compare(got, ref)
    [row] = found.rows
    assert row.status is status, row.sentence
    assert said in row.sentence
    assert found.on_par is (status is Status.PASS)
    assert found.exit_code == {Status.PASS: 0, Status.UNJUDGED: 3}.get(status, 1)


def test_a_wide_tolerance_does_not_excuse_zeros() -> None:
    [row] = compare(0 * HONEST, EXACT, max_abs=1000).rows
    assert row.status is Status.VALUE
    assert "wholly wrong: 0.0 dB SNR where at least 6 dB" in row.sentence
    assert row.cause.startswith("every value is 0")


def test_arrays_are_compared_by_name_and_none_is_passed_over() -> None:
    found = compare({"a": HONEST, "more": HONEST}, {"a": EXACT, "b": EXACT})
    assert {row.name: row.status for row in found.rows} == {
        "a": Status.PASS,
        "b": Status.MISSING,
        "more": Status.EXTRA,
    }
    assert (found.on_par, found.exit_code) == (False, 1)
    assert found.answer == "Not on par: 2 of 3 arrays, the first of them b (MISSING)."


WRONG: dict[str, tuple[Callable[[], object], str]] = {
    "a list": (lambda: compare([1.0], HONEST), "got is list: expected a numpy array"),
    "nothing": (lambda: compare({}, {}), "two empty mappings"),
    "a mapping": (lambda: compare(HONEST, {"a": HONEST}), "reference dict: give two arrays"),
    "text": (lambda: compare(np.array(["a"]), HONEST), "got has dtype <U1"),
    "complex": (lambda: compare(HONEST, HONEST + 1j), "reference has dtype complex64"),
    "no name": (lambda: compare({1: HONEST}, {1: HONEST}), "1 names an array"),
    "negative": (lambda: compare(HONEST, HONEST, max_abs=-1), "max_abs is -1"),
    "infinite": (lambda: compare(HONEST, HONEST, rms=math.inf), "rms is inf"),
    "no number": (lambda: compare(HONEST, HONEST, max_abs="1"), "max_abs is '1'"),  # type: ignore[arg-type]
    "a wrong name": (lambda: compare(HONEST, HONEST, max_abs={"b": 1}), "max_abs of 'b': no such"),
    "two kinds": (lambda: compare(HONEST, HONEST, max_abs=1, noise_floor=1), "one of the two"),
    "no axis": (lambda: compare(HONEST, HONEST, groups="1"), "groups is '1': expected an axis"),  # type: ignore[arg-type]
    "an axis": (lambda: compare(HONEST, HONEST, groups=4), "groups=4: it has 4 axes"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_the_caller_can_fix_is_an_onpar_error(kind: str) -> None:
    call, said = WRONG[kind]
    with pytest.raises(OnparError) as raised:
        call()
    assert said in str(raised.value)


def test_a_tensor_of_pytorch_is_an_array_and_one_that_requires_grad_says_what_to_do() -> None:
    import torch

    tensor = torch.from_numpy(HONEST.copy()).requires_grad_()
    assert compare(tensor.detach(), EXACT).on_par
    with pytest.raises(OnparError, match=r"pass `tensor\.detach\(\)\.cpu\(\)\.float\(\)"):
        compare(tensor, EXACT)


@pytest.mark.parametrize("floor", [0, 1e-12, {"array": 1e-12}])
def test_a_noise_floor_below_that_of_float32_says_that_it_is_not_in_use(floor: Any) -> None:
    found = compare(SCORES.astype(np.float32), SCORES, noise_floor=floor)
    [row] = found.rows
    assert row.tolerance is not None
    assert row.tolerance.max_abs == pytest.approx(32 * 2**-23 * np.abs(SCORES).max())
    number = "0" if floor == 0 else "1e-12"
    assert (
        f"the stated noise_floor, {number}, is below 4·eps·max|reference|, the smallest noise "
        "floor of float32, which is used instead"
    ) in str(found)


def test_a_noise_floor_that_is_in_use_says_nothing_of_another() -> None:
    assert "instead" not in str(compare(HONEST, EXACT, noise_floor=1e-4))


def test_the_note_on_the_noise_floor_is_of_the_group_that_it_is_for() -> None:
    ref = np.stack([np.full(400, 1000.0), np.linspace(-1, 1, 400)])[None]
    got = ref.astype(np.float32)
    got[0, 0, 3] += 0.9
    assert "is used instead" in str(compare(got, ref, noise_floor=1e-5))
    got[0, 0, 3], got[0, 1, 3] = ref[0, 0, 3], ref[0, 1, 3] + 0.9
    assert "is used instead" not in str(compare(got, ref, noise_floor=1e-5))


def test_a_bound_may_be_a_number_of_numpy() -> None:
    """`np.abs(eager - reference).max()` is one."""
    floor = np.abs(HONEST - EXACT.astype(np.float32)).max() + np.float32(1e-4)
    assert compare(HONEST, EXACT, noise_floor=floor).on_par
    assert compare(HONEST, EXACT, max_abs=np.float32(1e-3), rms=np.int64(1)).on_par


@pytest.mark.parametrize("dtype", ["f4", "f8", "f2", "i4", "u2"])
def test_the_byte_order_of_an_array_does_not_matter(dtype: str) -> None:
    array = np.arange(12).reshape(3, 4).astype(dtype)
    other = array.astype(array.dtype.newbyteorder(">"))
    for got, ref in ((other, array), (array, other), (other, other)):
        assert str(compare(got, ref)) == str(compare(array, array))
    assert compare(other, array + 1).status is compare(array, array + 1).status
    reference = array.astype(">f8")
    assert compare(other, reference).status is compare(array, array.astype("f8")).status


def test_a_huge_bound_and_a_masked_array_are_refused() -> None:
    with pytest.raises(OnparError, match="must be a finite number"):
        compare(HONEST, EXACT, max_abs=10**400)
    with pytest.raises(OnparError, match="got is a masked array"):
        compare(HONEST.view(np.ma.MaskedArray), EXACT, max_abs=1)


def test_values_without_a_reference_are_a_wrong_shape() -> None:
    found = compare(np.zeros((5, 3), np.float32), np.zeros((0, 3)))
    assert found.status is Status.SHAPE


def test_integers_that_are_wholly_wrong_are_excused_by_no_limit() -> None:
    zeros, integers = np.zeros(3, np.int64), np.array([100, 200, 300])
    assert compare(zeros, integers, max_abs=1000).status is Status.VALUE
    assert compare(integers + 1, integers, max_abs=1000).status is Status.PASS


def test_the_repr_is_short_and_begins_with_the_answer() -> None:
    found = compare({"a": HONEST, "b": HONEST}, {"a": EXACT, "b": EXACT + 1})
    assert repr(found) == (
        "<CompareResult: Not on par: 1 of 2 arrays, the first of them b (VALUE). exit_code=1>"
    )
    evil = repr(compare({"\x1b[2J" * 99: HONEST}, {"\x1b[2J" * 99: -EXACT}))
    assert "\x1b" not in evil
    assert len(evil) < 300


def test_names_are_shown_as_text_in_a_notebook_and_in_a_terminal() -> None:
    name = "<script>alert(1)</script>\x1b[2J"
    found = compare({name: HONEST}, {name: EXACT})
    assert "<script>" not in found._repr_html_()
    assert "&lt;script&gt;" in found._repr_html_()
    assert "\x1b" not in str(found) + found._repr_html_()


def test_compare_does_not_import_torch() -> None:
    code = "import sys, numpy as n, onpar; a = n.ones(3); print(onpar.compare(a, a).on_par, "
    code += "'torch' in sys.modules)"
    assert python("-c", code, cwd=ROOT).stdout == "True False\n"
