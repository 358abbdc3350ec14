"""What every record of an evaluation must agree with: records come from other machines, untrusted.

A record that contradicts its evaluation would be counted in the figures, or end in a traceback.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from onpar.parity.contract.chain import chain_of, output_behind, tensor_specs
from onpar.parity.contract.spec import Artifact
from onpar.parity.contract.steps.step import Step
from onpar.parity.evaluation.record import Ran, Record
from onpar.parity.evaluation.tasks import TASKS
from onpar.parity.evaluation.tasks.output import MOST_APART

MOST_DB = 2000
"""The scores are float32: the squares of the largest, 3.4e38, and of the smallest, 1.4e-45, are
1,668 dB apart."""

MOST_MILLISECONDS = 1e9
"""No run takes 11 days. Larger numbers could overflow in means of squares."""

MOST_MEGABYTES = 1e9
"""No process takes a petabyte."""


@dataclass(frozen=True)
class Expected:
    """The last step of an evaluation's model; the `shape` of the first tensor that it makes; and of
    each artifact, by its SHA-256, whether it gives the scores that this is made of."""

    step: Step
    shape: tuple[int, ...]
    artifacts: Mapping[str, bool]


def expected_of(artifacts: Sequence[Artifact]) -> Expected:
    """What the records of these artifacts, which must be of one model, have."""
    model = artifacts[0].model
    last = model.steps[-1]
    scores = output_behind(model, last.takes[0])
    return Expected(
        last,
        tensor_specs(model)[last.makes[0]].shape,
        {one.sha256: scores in chain_of(one).specs for one in artifacts},
    )


def record_fault(record: Record, expected: Expected) -> str:
    """The first contradiction between a record and its evaluation, got against expected; empty:
    none."""
    return next(_faults(record, expected), "")


def _faults(record: Record, expected: Expected) -> Iterator[str]:
    """Each relies on those before it."""
    if record.artifacts.keys() != expected.artifacts.keys():
        got, wanted = (_short(one) for one in (record.artifacts, expected.artifacts))
        yield f"its artifacts are {got}, expected {wanted}"
    yield from (
        f"the float reference: {why}"
        for why in _ran_faults(record.reference, record, expected, scores=False)
    )
    for sha256, scores in expected.artifacts.items():
        found = _ran_faults(record.artifacts[sha256], record, expected, scores=scores)
        yield from (f"artifact {sha256[:16]}…: {why}" for why in found)
    if not 0 <= record.peak_rss_mb <= MOST_MEGABYTES:
        yield f"peak_rss_mb is {record.peak_rss_mb:g}, expected 0 to {MOST_MEGABYTES:g}"


def _short(sha256s: Mapping[str, object]) -> str:
    return ", ".join(sorted(f"{one[:16]}…" for one in sha256s)) or "none"


def _ran_faults(ran: Ran, record: Record, expected: Expected, scores: bool) -> Iterator[str]:
    task = TASKS[expected.step.kind]
    if type(ran.seen) is not task.seen:
        kind = ran.seen.__struct_config__.tag
        yield f"it has {TASKS[str(kind)].what}, expected {task.what}"
    if not 0 <= ran.milliseconds <= MOST_MILLISECONDS:
        yield f"milliseconds is {ran.milliseconds:g}, expected 0 to {MOST_MILLISECONDS:g}"
    if scores != (ran.apart is not None):
        found, wanted = ("no", "a") if scores else ("a", "no")
        yield f"it has {found} distance of scores, `apart`, expected {wanted} distance"
    if ran.apart is not None:
        for name in ("rmse", "max_abs"):
            value = getattr(ran.apart, name)
            if not 0 <= value <= MOST_APART:
                yield f"{name} is {value:g}, expected 0 to {MOST_APART:.3g}"
        if not abs(ran.apart.snr_db or 0) <= MOST_DB:
            yield f"snr_db is {ran.apart.snr_db:g}, expected -{MOST_DB} to {MOST_DB}"
    yield from task.record_faults(
        expected.step, expected.shape, ran.seen, record.reference.seen, record.truth
    )
