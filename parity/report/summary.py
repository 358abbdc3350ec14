"""A verdict in one line of figures, the same in the terminal and on the page."""

from __future__ import annotations

from dataclasses import dataclass

from onpar.parity.contract.steps.run import RUN
from onpar.parity.judge.verdict import SEEN, StageVerdict, Verdict
from onpar.parity.report.figures import ABSENT, decibel, magnitude, middle, milliseconds, share


@dataclass(frozen=True)
class Summary:
    """The figures in a row's line, as text.

    blame      the wrong stage, absent if the row is on par
    error      the maximum absolute error of the wrong stage, else of the output that comes nearest
               to its limit; the RMS error if only that is too large
    allowed    the allowed error there
    seen       share of what the app shows that is as with the golden, absent if it has no meaning
    snr        the lowest of the outputs
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
    finite = [d.snr_db for d in outputs if d.snr_db is not None]
    seen = next((s.seen for s in verdict.stages if s.stage == SEEN), None)
    info = verdict.info
    error, allowed = _error(shown)
    return Summary(
        blame=blame.stage if blame else ABSENT,
        error=error,
        allowed=allowed,
        seen=share(seen.figure if seen else None),
        snr=decibel(min(finite, default=None)) if outputs else ABSENT,
        latency=milliseconds(middle(info.infer_ms) if info else None),
    )


def shown_stage(verdict: Verdict) -> StageVerdict | None:
    """The stage whose error a row shows: the wrong one, else the output that comes nearest to its
    limit; None if nothing was measured."""
    blame = verdict.blame
    return blame if blame and blame.distance else _nearest(verdict)


def _error(stage: StageVerdict | None) -> tuple[str, str]:
    d, t = (stage.distance, stage.tolerance) if stage else (None, None)
    if d and t and d.max_abs <= t.max_abs and d.rmse > t.rms:
        return f"RMS {magnitude(d.rmse)}", magnitude(t.rms)
    return magnitude(d.max_abs if d else None), magnitude(t.max_abs if t else None)


def _nearest(verdict: Verdict) -> StageVerdict | None:
    outputs = [s for s in verdict.stages if s.stage == RUN and s.distance]
    return max(outputs, key=_used, default=None)


def _used(stage: StageVerdict) -> float:
    """The maximum error over the allowed error; the error itself if no tolerance is known."""
    error = stage.distance.max_abs if stage.distance else 0.0
    allowed = stage.tolerance.max_abs if stage.tolerance else 1.0
    return error / allowed if allowed else error
