"""A verdict in one line of figures, the same in the terminal and on the page."""

from __future__ import annotations

import math
from dataclasses import dataclass

from onpar.parity.contract.steps.run import RUN
from onpar.parity.judge.verdict import SEEN, StageVerdict, Verdict
from onpar.parity.report.figures import ABSENT, decibel, magnitude, middle, milliseconds, share


@dataclass(frozen=True)
class Summary:
    """The figures in a row's line, as text.

    blame      the wrong stage, absent if the row is on par
    error      the maximum absolute error of the wrong stage, else of the worst output: that which
               comes nearest to its limit, or without limits the one with the lowest SNR; the RMS
               error if only that is too large
    allowed    the allowed error there
    seen       share of what the app shows that is as with the golden, absent if it has no meaning
    snr        of that output; if another stage is wrong, the lowest of the outputs
    latency    median of the measured runs
    """

    blame: str
    error: str
    allowed: str
    seen: str
    snr: str
    latency: str


def summary(verdict: Verdict) -> Summary:
    """The figures of `verdict`; ABSENT for one that was not measured."""
    blame, shown = verdict.blame, shown_stage(verdict)
    outputs = [s.distance for s in verdict.stages if s.stage == RUN and s.distance]
    if shown and shown.stage == RUN and shown.distance:
        outputs = [shown.distance]
    finite = [d.snr_db for d in outputs if d.snr_db is not None]
    info = verdict.info
    error, allowed = _error(shown)
    return Summary(
        blame=blame.stage if blame else ABSENT,
        error=error,
        allowed=allowed,
        seen=share(_seen(verdict)),
        snr=decibel(min(finite, default=None)) if outputs else ABSENT,
        latency=milliseconds(middle(info.infer_ms) if info else None),
    )


def shown_stage(verdict: Verdict) -> StageVerdict | None:
    """The stage whose error a row shows: the wrong one, else the output that comes nearest to its
    limit; None if nothing was measured."""
    blame = verdict.blame
    if blame and blame.distance and blame.stage != RUN:
        return blame
    outputs = [s for s in verdict.stages if s.stage == RUN and s.distance]
    if blame and blame.stage == RUN:
        outputs = [s for s in outputs if s.status is blame.status] or outputs
    return max(outputs, key=_used, default=None)


def _seen(verdict: Verdict) -> float | None:
    """The share, but for values that differ where no error is known to explain it: that none is
    equal to the bit says nothing."""
    stage = next((s for s in verdict.stages if s.stage == SEEN and s.seen), None)
    if stage is None or stage.seen is None:
        return None
    by_values = verdict.artifact is not None and verdict.artifact.steps[-1].seen_by_values
    unknown = by_values and stage.seen.differing and stage.tolerance is None
    return None if unknown else stage.seen.figure


def _error(stage: StageVerdict | None) -> tuple[str, str]:
    d, t = (stage.distance, stage.tolerance) if stage else (None, None)
    if d and t and d.max_abs <= t.max_abs and d.rmse > t.rms:
        return f"RMS {magnitude(d.rmse)}", magnitude(t.rms)
    return magnitude(d.max_abs if d else None), magnitude(t.max_abs if t else None)


def _used(stage: StageVerdict) -> tuple[float, float]:
    """The error over the allowed error, where one is known; then the SNR, the lowest last."""
    if stage.distance is None:
        return 0.0, -math.inf
    used = stage.distance.used(stage.tolerance) if stage.tolerance else 0.0
    snr = stage.distance.snr_db
    return used, -math.inf if snr is None else -snr
