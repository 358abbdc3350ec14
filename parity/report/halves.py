"""What a lower precision computes and what it costs, in a line for each artifact on a target."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from onpar.parity.judge.status import PRECEDENCE
from onpar.parity.judge.verdict import QUALITY, Verdict


def halves(verdicts: Iterable[Verdict]) -> list[tuple[str, str]]:
    """For each artifact of a lower precision on a target, its heading and `Verdict.halves`; of
    cases that differ in a half, that of the case where it is worst, which is named."""
    found = []
    for (place, variant), group in groupby(verdicts, lambda v: (v.place, v.variant)):
        rows = [v for v in group if v.halves]
        if rows:
            found.append((f"{place} {variant}", half_of(rows)))
    return found


def half_of(rows: list[Verdict]) -> str:
    """Both halves of the worst case of each; the rows are of one artifact on one target."""
    parts = []
    for words, worst in (
        ([v.fidelity for v in rows], max(rows, key=_unfaithful)),
        ([v.quality for v in rows], max(rows, key=_costly)),
    ):
        said = words[rows.index(worst)]
        differ = len(set(words)) > 1
        parts.append(f"{said} ({worst.case}, the worst of {len(rows)} cases)" if differ else said)
    return "; ".join(filter(None, parts))


def _unfaithful(verdict: Verdict) -> tuple[int, float]:
    """The worst status first, then the error over what is allowed."""
    stages = verdict.of_file
    rank = min((PRECEDENCE[s.status] for s in stages), default=len(PRECEDENCE))
    used = (s.distance.used(s.tolerance) for s in stages if s.distance and s.tolerance)
    return -rank, max(used, default=0.0)


def _costly(verdict: Verdict) -> tuple[float, float]:
    """The largest drop, then the lowest SNR; a row that has neither comes last."""
    snrs = [s.distance.snr_db for s in verdict.stages if s.stage == QUALITY and s.distance]
    lowest = min((snr for snr in snrs if snr is not None), default=float("inf"))
    return verdict.drop.percent if verdict.drop else -1.0, -lowest
