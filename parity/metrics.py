"""How far two tensors, or two class maps, are from each other; every formula is in a docstring.

`ref` is the reference, `got` what the target computed; both have one shape, all sums in float64.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parity.tolerance import Tolerance


@dataclass(frozen=True)
class Element:
    """One element: its index, what was got and what was expected there."""

    index: tuple[int, ...]
    got: float
    expected: float


@dataclass(frozen=True)
class Distance:
    """Metrics of a tensor against its reference, in the tensor's unit where no other is named.

    max_abs       max|got − ref|
    mean_abs      mean|got − ref|
    rmse          √mean((got − ref)²)
    snr_db        10·log10(Σref² / Σ(got − ref)²); None where equal (infinite)
    psnr_db       20·log10((max ref − min ref) / rmse); None where equal (infinite)
    cosine        Σ got·ref / √(Σgot²·Σref²); 0 where one is all zero, 1 where equal
    differing     share of elements that are not equal, 0–1
    worst         the element with the largest |got − ref|
    """

    max_abs: float
    mean_abs: float
    rmse: float
    snr_db: float | None
    psnr_db: float | None
    cosine: float
    differing: float
    worst: Element

    def within(self, tolerance: Tolerance) -> bool:
        """Whether both the largest and the RMS error are allowed."""
        return self.max_abs <= tolerance.max_abs and self.rmse <= tolerance.rms


def distance(got: NDArray[Any], ref: NDArray[Any]) -> Distance:
    """Compare two non-empty finite tensors of one shape. Raises ValueError otherwise."""
    if got.shape != ref.shape or not got.size:
        raise ValueError(f"cannot compare shapes {got.shape} and {ref.shape}")
    if np.array_equal(got, ref):
        return _none(ref)
    g = got.astype(np.float64).ravel()
    r = ref.astype(np.float64).ravel()
    error = g - r
    ref_square = float(r @ r)
    got_square = float(g @ g)
    error_square = float(error @ error)
    cosine = float(g @ r) / math.sqrt(got_square * ref_square) if got_square and ref_square else 0.0
    absolute = np.abs(error, out=error)
    at = int(absolute.argmax())
    rmse = math.sqrt(error_square / g.size)
    span = float(r.max() - r.min())
    return Distance(
        max_abs=float(absolute[at]),
        mean_abs=float(absolute.mean()),
        rmse=rmse,
        snr_db=_decibel(ref_square, error_square),
        psnr_db=_decibel(span * span, rmse * rmse),
        cosine=cosine,
        differing=float(np.count_nonzero(absolute)) / g.size,
        worst=Element(
            tuple(int(i) for i in np.unravel_index(at, got.shape)), float(g[at]), float(r[at])
        ),
    )


def _none(ref: NDArray[Any]) -> Distance:
    """Equal tensors, the usual case of exact stages, without the sums."""
    first = float(ref.flat[0])
    return Distance(0.0, 0.0, 0.0, None, None, 1.0, 0.0, Element((0,) * ref.ndim, first, first))


def _decibel(signal: float, noise: float) -> float | None:
    if noise == 0:
        return None
    # A reference of all zeros has no signal: −∞ dB, which JSON cannot hold.
    return 10 * math.log10(max(signal / noise, 1e-30))
