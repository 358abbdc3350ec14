"""Why a stage is wrong: it tries the known mistakes, and names the one that gives the same value.

A false cause is worse than none. Therefore a mistake is named only if it explains nearly all of the
difference (`MATCH`), and no other mistake explains it about as well (`MARGIN`). If a few do, as for
a symmetric photo, all of them are named; if more than `MAX_CAUSES` do, none is.
tests/parity/judge/test_causes.py measures this over photos, fits and sizes, on mistakes in the
tables and on others.
"""

from __future__ import annotations

import numpy as np

from onpar.parity.causes import Fault, Mistakes, Tensor
from onpar.parity.causes.thin import thin

MATCH = 0.1
"""A mistake is named if its RMS distance from the value that was got is under this share of the
reference's distance, and of its own spread. Then most of the error is gone, and not only because
the reference is much larger than the value that was got."""

MARGIN = 3.0
"""Another mistake explains it about as well if its distance is within this many times the
least."""

MAX_CAUSES = 3
"""Mistakes that are named together if they cannot be distinguished."""

EXACT_SHARE = 0.01
"""Below this share the difference is explained: rarer mistakes are not tried."""

ROUNDING = 1e-5
"""Shares under this are float32's rounding: no mistake is better than another for it."""


def diagnose(known: Mistakes | None, fault: Fault) -> str:
    """`Cause: …` if a known mistake explains the difference, else an empty string.

    Shapes as in the capture format: images [h, w, 3], inputs and outputs of any rank. If the shape
    is not the reference's, the difference is the reference's own spread.
    """
    if known is None or not fault.ref.size or not fault.got.size:
        return ""
    shares: dict[str, float] = {}
    for part, table in known.parts(fault):
        difference = _difference(known, part)
        for sentence, mistake in table.items():
            candidate = mistake(part)
            if candidate is None or candidate.shape != part.got.shape or not difference > 0:
                continue
            off = _distance(known, part.got, candidate)
            scale = min(difference, _spread(known, candidate))
            if np.isfinite(off) and off <= scale:
                shares[sentence] = off / scale if off else 0.0
        if min(shares.values(), default=1.0) < EXACT_SHARE:
            break
    least = min(shares.values(), default=1.0)
    if not least < MATCH:
        return ""
    near = [one for one, share in shares.items() if share <= max(MARGIN * least, ROUNDING)]
    # Of "swapped" and "swapped before they are normalised" the simpler one.
    alike = [one for one in near if not any(one != o and one.startswith(o) for o in near)]
    return f"Cause: {', or '.join(alike)}." if len(alike) <= MAX_CAUSES else ""


def _difference(known: Mistakes, fault: Fault) -> float:
    if fault.got.shape == fault.ref.shape:
        return _distance(known, fault.got, fault.ref)
    return _spread(known, fault.ref)


def _spread(known: Mistakes, values: Tensor) -> float:
    """Standard deviation; of names, where one name throughout is as good as any, 1."""
    if known.names:
        return 1.0
    with np.errstate(over="ignore", invalid="ignore"):
        return float((thin(values) if known.thin else values).std(dtype=np.float64))


def _distance(known: Mistakes, a: Tensor, b: Tensor) -> float:
    """RMS; of names the share that differs."""
    if known.names:
        return float((a != b).mean())
    if known.thin:
        a, b = thin(a), thin(b)
    with np.errstate(over="ignore", invalid="ignore"):
        return float(np.sqrt(np.mean(np.square(a.astype(np.float64) - b))))
