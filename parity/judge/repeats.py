"""Do runs on one input repeat? Judged by each run's digest, and by each differing output."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

import numpy as np

from onpar.parity.contract.capture import Capture, digest, rerun_stages
from onpar.parity.contract.chain import Chain, chain_of
from onpar.parity.contract.golden import Golden, output_tolerance
from onpar.parity.contract.spec import Artifact
from onpar.parity.judge.metrics import distance, nearest
from onpar.parity.judge.seen import compared_by
from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import REPEAT, StageVerdict, Verdict

REPEATS_REMEDY = "look for dropout, training mode or buffers freed too early"

UNTESTED_DETAIL = (
    "one run of this case, and no judged case of it ran twice: whether runs repeat is not "
    "known; judge all its captures together, or capture again with `--runs 2` or more"
)


def judge_runs(
    capture: Capture, artifact: Artifact, golden: Golden, valid: set[str]
) -> Iterator[StageVerdict]:
    """Verdicts on the stage `repeat`; none if a tensor that the file gave is not in `valid`.

    Runs may differ by the tolerance of the output. If they do, the capture must contain each
    different output: a claim without the tensor is NONDETERMINISTIC. A single run is UNJUDGED,
    unless another case of the artifact repeats (`repeated_elsewhere`).
    """
    chain = chain_of(artifact)
    if not valid.issuperset(chain.given):
        return
    digests = capture.info.output_sha256
    if _are_of_more(digests, capture, chain):
        return
    fault = _digest_fault(capture, chain, valid)
    if fault:
        yield StageVerdict(REPEAT, Status.NONDETERMINISTIC, fault)
        return
    if len(digests) == 1:
        yield StageVerdict(REPEAT, Status.UNJUDGED, UNTESTED_DETAIL)
        return
    different = len(set(digests))
    if different == 1:
        yield StageVerdict(REPEAT, Status.PASS, f"{len(digests)} runs, equal to the bit")
        return
    for stage in islice(rerun_stages(), different - 1):
        for name in sorted(chain.given):
            rerun = f"{stage}/{name}"
            if rerun not in valid:
                yield StageVerdict(
                    REPEAT,
                    Status.NONDETERMINISTIC,
                    f"{different} different outputs in {len(digests)} runs on one input, and no "
                    f"{rerun} that shows by how much; {REPEATS_REMEDY}",
                    rerun,
                )
            elif not chain.follows:
                yield _outputs_repeat(capture, artifact, golden, name, rerun)
            else:
                yield _class_maps_repeat(capture, artifact, golden, chain, rerun)


def repeated_elsewhere(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """The verdicts; a single run is PASS if another case of the same file in the same place ran
    several times and repeated."""
    tested = {_runner(one) for one in verdicts if _repeats(one)}
    return [_lifted(one) if _runner(one) in tested else one for one in verdicts]


def _runner(verdict: Verdict) -> tuple[str, ...] | None:
    """What ran the case: file, place, runtime and compute unit; None if no capture states it."""
    info = verdict.info
    if info is None:
        return None
    runtime = (info.runtime, info.runtime_version, info.engine, info.compute_unit)
    return (info.artifact_sha256, verdict.target, info.device, info.os, *runtime)


def _repeats(verdict: Verdict) -> bool:
    runs = [stage.status for stage in verdict.stages if stage.stage == REPEAT]
    several = verdict.info is not None and len(verdict.info.output_sha256) > 1
    return several and bool(runs) and set(runs) == {Status.PASS}


def _lifted(verdict: Verdict) -> Verdict:
    detail = "one run of this case: runs repeat on another case of the same file"
    stages = tuple(
        replace(stage, status=Status.PASS, detail=detail)
        if stage.detail == UNTESTED_DETAIL
        else stage
        for stage in verdict.stages
    )
    return replace(verdict, stages=stages)


def _outputs_repeat(
    capture: Capture, artifact: Artifact, golden: Golden, name: str, rerun: str
) -> StageVerdict:
    last = capture.tensors[name]
    allowed = output_tolerance(artifact, golden, name, last)
    measured, tolerance = distance(capture.tensors[rerun], last), None
    if allowed:
        measured, tolerance = nearest(capture.tensors[rerun], last, allowed)
    within = tolerance is None or measured.within(tolerance)
    return StageVerdict(
        REPEAT,
        Status.PASS if within else Status.NONDETERMINISTIC,
        f"{len(capture.info.output_sha256)} runs on one input differ by up to "
        f"{measured.max_abs:.3g}"
        + (f", {tolerance.max_abs:.3g} allowed" if tolerance else "")
        + ("" if within else f"; {REPEATS_REMEDY}"),
        rerun,
        measured,
        None,
        tolerance,
    )


def _class_maps_repeat(
    capture: Capture, artifact: Artifact, golden: Golden, chain: Chain, rerun: str
) -> StageVerdict:
    """The pixels that differ must be explained by the golden's scores: what the file made of its
    own is not in the capture."""
    [name] = chain.given
    first, last = (capture.tensors[one].astype(np.uint8) for one in (rerun, name))
    seen, allowed = compared_by(
        chain.follows[-1], [first], [last], artifact, golden, golden.capture.tensors
    )
    within = allowed is None or not seen.unexplained
    return StageVerdict(
        REPEAT,
        Status.PASS if within else Status.NONDETERMINISTIC,
        f"{len(capture.info.output_sha256)} runs on one input differ in {seen.differing:,} pixels"
        + ("" if within else f"; {REPEATS_REMEDY}"),
        rerun,
        None,
        seen,
        allowed.widest if allowed else None,
    )


def _are_of_more(digests: Sequence[str], capture: Capture, chain: Chain) -> bool:
    """Whether the digests may also be of outputs that the artifact does not have: these are EXTRA,
    and are not read."""
    held = (*capture.tensors, *capture.unread)
    extra = any("/" not in name and name not in chain.specs for name in held)
    return extra and bool(digests) and digests[-1] != _digest(capture, chain)


def _digest(capture: Capture, chain: Chain) -> str:
    """The digest of what the file gave in the last run."""
    return digest({name: capture.tensors[name] for name in chain.given})


def _digest_fault(capture: Capture, chain: Chain, valid: set[str]) -> str:
    """Why the digests do not show whether the runs repeat; empty if they do."""
    digests, runs = capture.info.output_sha256, len(capture.info.infer_ms)
    if not digests or len(digests) != runs:
        return f"{len(digests)} digests of outputs for {runs} measured runs; write one for each run"
    copy = "copy outputs out of the runtime's buffers before they are used again"
    if digests[-1] != _digest(capture, chain):
        return (
            "the outputs in the file are not those that the last run's digest was taken of; " + copy
        )
    unshown = set(digests) - {digests[-1]}
    for stage, outputs in zip(rerun_stages(), capture.reruns(), strict=False):
        if not valid.issuperset(f"{stage}/{name}" for name in chain.given):
            break
        shown = digest(outputs)
        if shown not in unshown:
            return (
                f"the {stage} in the file is not of a run whose digest differs from the last run's "
                f"and from those of other reruns; {copy}"
            )
        unshown.remove(shown)
    return ""
