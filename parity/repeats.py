"""Do runs on one input repeat? Judged by every run's digest, and the run furthest from the last."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from parity.capture import Capture, digest
from parity.golden import Golden, output_tolerance
from parity.metrics import distance
from parity.spec import Artifact
from parity.status import Status
from parity.verdict import StageVerdict


def judge_runs(
    capture: Capture, artifact: Artifact, golden: Golden, sound: set[str]
) -> Iterator[StageVerdict]:
    """Verdicts on the stage `runs`; none where an output is not in `sound`.

    Runs may differ by what the output itself may be off by. Where they do, the rerun must show by
    how much: a claim without the tensor is UNREPEATABLE.
    """
    outputs = {spec.name for spec in artifact.model.outputs}
    if not sound.issuperset(f"output/{name}" for name in outputs):
        return
    digests = capture.info.output_sha256
    fault = _digest_fault(capture, sound.issuperset(f"rerun/{name}" for name in outputs))
    if fault:
        yield StageVerdict("runs", Status.UNREPEATABLE, fault)
        return
    if len(set(digests)) == 1:
        yield StageVerdict("runs", Status.PASS, f"{len(digests)} runs, equal to the bit")
        return
    for name in sorted(outputs):
        tensor = f"rerun/{name}"
        if tensor not in sound:
            yield StageVerdict(
                "runs",
                Status.UNREPEATABLE,
                f"{len(set(digests))} different outputs in {len(digests)} runs on one input, and "
                f"no {tensor} that shows by how much; look for dropout, training mode or buffers "
                "freed too early",
                tensor,
            )
            continue
        last = capture.tensors[f"output/{name}"]
        measured = distance(capture.tensors[tensor], last)
        tolerance = output_tolerance(artifact, golden, name, float(np.abs(last).max()))
        within = tolerance is None or measured.within(tolerance)
        yield StageVerdict(
            "runs",
            Status.PASS if within else Status.UNREPEATABLE,
            f"{len(digests)} runs on one input differ by up to {measured.max_abs:.3g}"
            + (f", {tolerance.max_abs:.3g} allowed" if tolerance else "")
            + ("" if within else "; look for dropout, training mode or buffers freed too early"),
            tensor,
            measured,
            None,
            tolerance,
        )


def _digest_fault(capture: Capture, rerun: bool) -> str:
    """Why the digests do not say how the runs went; empty where they do."""
    digests, runs = capture.info.output_sha256, len(capture.info.infer_ms)
    if not digests or len(digests) != runs:
        return f"{len(digests)} digests of outputs for {runs} measured runs; write one for each run"
    if digests[-1] != digest(capture.group("output")):
        what = "the outputs in the file are not those that the last run's digest was taken of"
    elif rerun and digest(capture.group("rerun")) not in set(digests) - {digests[-1]}:
        what = "the rerun in the file is not of a run whose digest differs from the last run's"
    else:
        return ""
    return f"{what}; copy outputs out of the runtime's buffers before they are used again"
