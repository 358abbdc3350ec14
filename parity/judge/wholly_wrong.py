"""What fails an artifact of a lower precision at any tolerance, and without one."""

from __future__ import annotations

import math

from onpar.parity.contract.classmap import MIN_VARIED_SHARE, Agreement
from onpar.parity.judge.metrics import LEAST_DB, Distance, decibel

LEAST_SNR = 6.0
"""dB: the RMS of the error is half of the signal's. int8 was measured at 13 dB and more on single
images (docs/quantization.md); zeros, and noise as strong as the signal, are at 0 dB."""


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


def by_chance(seen: Agreement) -> str:
    """Why a class map is wholly wrong, as the end of a sentence; empty if it is not, or if the
    golden is nearly one class."""
    if seen.varied < MIN_VARIED_SHARE or seen.kappa > 0:
        return ""
    return (
        "wholly wrong: it agrees with the golden no more than by chance (Cohen's kappa "
        f"{seen.kappa:.3f}, above 0 expected of any precision)"
    )
