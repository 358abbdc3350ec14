"""The distance of two tensors, or of two class maps; every formula is in a docstring.

`ref` is the reference, `got` what the target computed; both have one shape, all sums in float64.
Integers are subtracted as integers: float64 holds them only up to 2^53.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onpar.parity.contract.groups import group_name, split
from onpar.parity.contract.tolerance import Allowed, Tolerance


@dataclass(frozen=True)
class Element:
    """One element: its index, the value got and the value expected, integers as they are."""

    index: tuple[int, ...]
    got: int | float
    expected: int | float


@dataclass(frozen=True)
class Distance:
    """Metrics of a tensor against its reference, in the tensor's unit where no other is named.

    max_abs       max|got − ref|
    mean_abs      mean|got − ref|
    rmse          √mean((got − ref)²)
    snr_db        10·log10(Σref² / Σ(got − ref)²); None where equal (infinite), LEAST_DB for −∞
    psnr_db       20·log10((max ref − min ref) / rmse); the same
    cosine        Σ got·ref / √(Σgot²·Σref²); 0 where one is all zero, 1 where equal
    differing     share of elements that are not equal, 0–1
    worst         the element with the largest |got − ref|
    group         the group to which `max_abs`, `mean_abs`, `rmse` and `worst` belong; the others
                  are of the whole tensor; empty if all are of the whole tensor
    """

    max_abs: float
    mean_abs: float
    rmse: float
    snr_db: float | None
    psnr_db: float | None
    cosine: float
    differing: float
    worst: Element
    group: str = ""

    def within(self, tolerance: Tolerance) -> bool:
        """Whether both the largest and the RMS error are allowed."""
        return self.max_abs <= tolerance.max_abs and self.rmse <= tolerance.rms

    def used(self, tolerance: Tolerance) -> float:
        """The error over the allowed error, for the maximum or the RMS, the larger; infinite for
        any error if none is allowed."""
        pairs = ((self.max_abs, tolerance.max_abs), (self.rmse, tolerance.rms))
        return max(e / a if a else math.inf if e else 0.0 for e, a in pairs)


@dataclass(frozen=True)
class _Sums:
    """What the metrics are made of; those of the groups of a tensor add up to its own."""

    count: int
    max_abs: float
    absolute: float
    squares: float
    got_squares: float
    ref_squares: float
    products: float
    differing: int
    low: float
    high: float
    worst: Element


def distance(got: NDArray[Any], ref: NDArray[Any]) -> Distance:
    """Compare two non-empty finite tensors of one shape. Raises ValueError otherwise."""
    return by_group(got, ref, None)[0]


def by_group(
    got: NDArray[Any], ref: NDArray[Any], axis: int | None
) -> tuple[Distance, tuple[Distance, ...]]:
    """As `distance`, and the same with each group's own errors; none if the tensors are equal.

    One group after the other, so that the sums' arrays stay in the processor's cache.
    """
    if got.shape != ref.shape or not got.size:
        raise ValueError(f"cannot compare shapes {got.shape} and {ref.shape}")
    if np.array_equal(got, ref):
        return _none(ref), ()
    sums = [
        _sums(g, r, axis, index)
        for index, (g, r) in enumerate(zip(split(got, axis), split(ref, axis), strict=True))
    ]
    whole = _distance(sums)
    if axis is None:
        return whole, (whole,)
    each = (
        replace(
            whole,
            max_abs=one.max_abs,
            mean_abs=one.absolute / one.count,
            rmse=math.sqrt(one.squares / one.count),
            worst=one.worst,
            group=group_name(axis, index),
        )
        for index, one in enumerate(sums)
    )
    return whole, tuple(each)


def nearest(got: NDArray[Any], ref: NDArray[Any], allowed: Allowed) -> tuple[Distance, Tolerance]:
    """Compare as `distance` does, with the errors and the tolerance of the group whose error is
    largest relative to its allowed error. Raises ValueError as `distance`."""
    whole, each = by_group(got, ref, allowed.axis)
    if not each:
        return whole, allowed.widest
    used = [one.used(tolerance) for one, tolerance in zip(each, allowed.each, strict=True)]
    at = used.index(max(used))
    return each[at], allowed.each[at]


def _sums(got: NDArray[Any], ref: NDArray[Any], axis: int | None, index: int) -> _Sums:
    g = got.astype(np.float64).ravel()
    r = ref.astype(np.float64).ravel()
    absolute, at = _errors(got, ref, g, r)
    squares = _dot(absolute, absolute)
    place = [int(i) for i in np.unravel_index(at, got.shape)]
    if axis is not None:
        place.insert(axis, index)
    return _Sums(
        count=g.size,
        max_abs=float(absolute[at]),
        absolute=float(absolute.sum()),
        squares=squares,
        got_squares=_dot(g, g),
        ref_squares=_dot(r, r),
        products=_dot(g, r),
        differing=int(np.count_nonzero(absolute)),
        low=float(r.min()),
        high=float(r.max()),
        worst=Element(tuple(place), _number(got, at), _number(ref, at)),
    )


def _errors(
    got: NDArray[Any], ref: NDArray[Any], g: NDArray[np.float64], r: NDArray[np.float64]
) -> tuple[NDArray[np.float64], int]:
    """|got − ref| of each element, and the place of the largest; `g` and `r` are the same tensors
    in float64, which holds integers up to 2^53."""
    if got.dtype != ref.dtype or got.dtype.kind not in "iu" or got.dtype.itemsize < 8:
        error = g - r
        absolute = np.abs(error, out=error)
        return absolute, int(absolute.argmax())
    # Modulo 2^64 the difference of the larger and the smaller is exact, whatever their signs.
    most, least = (pick(got, ref).ravel().astype(np.uint64) for pick in (np.maximum, np.minimum))
    exact = most - least
    return exact.astype(np.float64), int(exact.argmax())


def _number(tensor: NDArray[Any], at: int) -> int | float:
    """An element by its place in the flattened tensor."""
    value = tensor.flat[at]
    return int(value) if tensor.dtype.kind in "iu" else float(value)


def _dot(a: NDArray[Any], b: NDArray[Any]) -> float:
    """Not `a @ b`, whose library uses several threads: waiting for them took longer than the sum
    itself (measured: 444 ms of CPU time for 21 channels at 400×400, 13 without)."""
    return float(np.einsum("i,i->", a, b))


def _distance(each: Sequence[_Sums]) -> Distance:
    count = sum(one.count for one in each)
    squares = sum(one.squares for one in each)
    got_squares = sum(one.got_squares for one in each)
    ref_squares = sum(one.ref_squares for one in each)
    lengths = math.sqrt(got_squares * ref_squares)
    span = max(one.high for one in each) - min(one.low for one in each)
    largest = max(each, key=lambda one: one.max_abs)
    rmse = math.sqrt(squares / count)
    return Distance(
        max_abs=largest.max_abs,
        mean_abs=sum(one.absolute for one in each) / count,
        rmse=rmse,
        snr_db=_decibel(ref_squares, squares),
        psnr_db=_decibel(span * span, rmse * rmse),
        cosine=sum(one.products for one in each) / lengths if lengths else 0.0,
        differing=sum(one.differing for one in each) / count,
        worst=largest.worst,
    )


def _none(ref: NDArray[Any]) -> Distance:
    """Equal tensors, the usual case of exact stages, without the sums."""
    first = _number(ref, 0)
    return Distance(0.0, 0.0, 0.0, None, None, 1.0, 0.0, Element((0,) * ref.ndim, first, first))


LEAST_DB = -300.0
"""Represents −∞ dB, which JSON cannot hold: the SNR for a reference of all zeros."""


def decibel(value: float | None) -> str:
    """A ratio in dB with its unit; None means infinite, the ratio of equal tensors."""
    if value is None:
        return "∞ dB"
    # Adding 0 makes −0.0 a 0.0.
    return "−∞ dB" if value <= LEAST_DB else f"{round(value, 1) + 0.0:.1f} dB"


def _decibel(signal: float, noise: float) -> float | None:
    if noise == 0:
        return None
    ratio = signal / noise
    return max(LEAST_DB, 10 * math.log10(ratio)) if ratio else LEAST_DB
