"""What fails an artifact of a lower precision at any tolerance, and without one."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onpar.parity.contract.classmap import MIN_VARIED_SHARE, Agreement
from onpar.parity.contract.groups import split
from onpar.parity.judge.metrics import LEAST_DB, Distance, by_group, decibel

LEAST_SNR = 6.0
"""dB: the RMS of the error is half of the signal's. int8 was measured at 13 dB and more on single
images (docs/quantization.md); zeros, and noise as strong as the signal, are at 0 dB."""


SHOWN = 0.25
"""The least probability that has to be there, for a channel of them to be judged alone: where
nothing is found all are near 0, and int8 makes them 0."""


def drowned(apart: Distance, moved_rms: float | None) -> str:
    """Why an output is wholly wrong, as the end of a sentence; empty if it is not.

    The signal is the RMS of the reference, or the change by another case over √2, if that is larger
    (they are equal for cases with nothing in common). So a probability near 0 in one case is not
    wrong because int8 makes it 0. `moved_rms` is None if that was not measured.
    """
    if apart.snr_db is None:
        return ""
    signal = apart.rmse * 10 ** (apart.snr_db / 20) if apart.snr_db > LEAST_DB else 0.0
    strongest = max(signal, (moved_rms or 0.0) / math.sqrt(2))
    if not strongest or 20 * math.log10(strongest / apart.rmse) >= LEAST_SNR:
        return ""
    return (
        f"wholly wrong: {decibel(apart.snr_db)} SNR where at least {LEAST_SNR:g} dB is expected of "
        f"any precision (RMS error {apart.rmse:.3g}, RMS of the reference {signal:.3g})"
    )


def lost(got: NDArray[Any], ref: NDArray[Any], axis: int | None) -> str:
    """Why a channel of probabilities is wholly wrong, as a sentence; empty if none is, or if the
    tensor is one group.

    In int8, boxes in pixels and scores in one tensor have one scale. The scores of a YOLOv8 had 3
    distinct values then, while the whole tensor was at 21 to 24 dB. Probabilities are values of 0
    to 1, some of them at least SHOWN. Nothing is known of a channel of other small values: it may
    be one that says nothing.
    """
    if axis is None:
        return ""
    _, each = by_group(got, ref, axis)
    channels = list(zip(split(got, axis), split(ref, axis), strict=True))
    found = [
        (apart, mine, true)
        for apart, (mine, true) in zip(each, channels, strict=False)  # Equal tensors have none.
        if true.min() >= 0 and SHOWN <= true.max() <= 1 and _snr(true, apart) < LEAST_SNR
    ]
    if not found:
        return ""
    apart, mine, true = max(found, key=lambda one: float(one[2].max()))
    others = f", as are {len(found) - 1} more" if len(found) > 1 else ""
    return (
        f"{apart.group} is wholly wrong{others}: {_snr(true, apart):.1f} dB SNR where at least "
        f"{LEAST_SNR:g} dB is expected of probabilities of up to {true.max():.3g}; they have "
        f"{len(np.unique(mine)):,} different values, expected {len(np.unique(true)):,}"
    )


def _snr(ref: NDArray[Any], apart: Distance) -> float:
    """In dB, of a channel with some error or none."""
    signal = math.sqrt(np.mean(np.square(ref, dtype=np.float64)))
    return 20 * math.log10(signal / apart.rmse) if apart.rmse else math.inf


def by_chance(seen: Agreement) -> str:
    """Why a class map is wholly wrong, as the end of a sentence; empty if it is not, or if the
    golden is nearly one class."""
    if seen.varied < MIN_VARIED_SHARE or seen.kappa > 0:
        return ""
    return (
        "wholly wrong: it agrees with the golden no more than by chance (Cohen's kappa "
        f"{seen.kappa:.3f}, above 0 expected of any precision)"
    )
