"""The figures of a row by which runs are compared, and how much of a change is noise.

Reruns on one machine are bit-exact except for the latency. "Measured" below means measured by
`bench/variation.py` between 1 and 2 threads, and SSE4.1, AVX2 and AVX-512, with new goldens on
each, of DeepLabV3-MobileNetV3 (`--size 128x128`, and for int8 `--size 96x128 --format
torchscript-int8 --format onnx-int8`). The latency varied fivefold.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from onpar.parity.contract.steps.run import RUN
from onpar.parity.judge.verdict import SEEN, StageVerdict, Verdict

USED_NOISE = 0.1
"""Share of what is allowed: 0.03 measured."""

SNR_NOISE = 3.0
"""dB, an error of twice the power: 1.7 measured."""

SEEN_NOISE = 0.02
"""Share of the pixels: 0 measured in float32, 0.01 in int8, whose kernels round differently on
another kind of processor."""


@dataclass(frozen=True)
class Figures:
    """The compared figures of a row; None for a figure that was not measured.

    used        the error over the allowed error, for the maximum or the RMS, the larger: of the
                wrong stage, else of the output that comes nearest to its limit, which is 1
    snr_db      the lowest of the outputs; infinite (in JSON null) if all are equal
    seen        share of what the app shows that is as with the golden, 0–1; None if it has no
                meaning
    latency_ms  median of the measured runs: shown, and never better or worse
    """

    used: float | None = None
    snr_db: float | None = None
    seen: float | None = None
    latency_ms: float | None = None


@dataclass(frozen=True)
class Move:
    """A figure, by its name in `Figures`, that changed by more than noise."""

    figure: str
    before: float
    now: float
    worse: bool


def figures(verdict: Verdict) -> Figures:
    """The figures of a row."""
    outputs = [s for s in verdict.stages if s.stage == RUN]
    blame = [verdict.blame] if verdict.blame else []
    shares = [_used(s) for s in blame] + [max(map(_used, outputs), default=None, key=_or_zero)]
    distances = [s.distance for s in outputs if s.distance]
    seen = [s.seen for s in verdict.stages if s.seen and s.stage == SEEN]
    runs = verdict.info.infer_ms if verdict.info else ()
    return Figures(
        used=next((share for share in shares if share is not None), None),
        snr_db=min((math.inf if d.snr_db is None else d.snr_db for d in distances), default=None),
        seen=seen[-1].figure if seen else None,
        latency_ms=median(runs) if runs else None,
    )


def moves(before: Figures, now: Figures) -> Iterator[Move]:
    """The figures that changed by more than noise; both runs must have measured them."""
    # For a row far beyond its limit, a change within a tenth is not a change.
    limit = USED_NOISE * max(1.0, before.used or 0.0)
    for figure, noise, larger_is_worse in (
        ("used", limit, True),
        ("snr_db", SNR_NOISE, False),
        ("seen", SEEN_NOISE, False),
    ):
        a, b = getattr(before, figure), getattr(now, figure)
        if a is not None and b is not None and a != b and not abs(b - a) <= noise:
            yield Move(figure, a, b, (b > a) == larger_is_worse)


def _used(stage: StageVerdict) -> float | None:
    """The share of the allowed error; None if nothing was measured or no tolerance is known."""
    d, t = stage.distance, stage.tolerance
    if d is None or t is None:
        return None
    return max(_share(d.max_abs, t.max_abs), _share(d.rmse, t.rms))


def _share(error: float, allowed: float) -> float:
    if allowed:
        return error / allowed
    return math.inf if error else 0.0


def _or_zero(share: float | None) -> float:
    return share or 0.0
