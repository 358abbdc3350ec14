"""Do runs on one input repeat? Judged by every run's digest, and the run furthest from the last."""

from __future__ import annotations

from collections.abc import Iterator

from parity.capture import Capture, digest
from parity.classmap import agreement
from parity.golden import Golden, output_tolerance
from parity.metrics import distance, nearest
from parity.spec import Artifact, output_tensors
from parity.status import Status
from parity.verdict import StageVerdict

LOOK = "look for dropout, training mode or buffers freed too early"


def judge_runs(
    capture: Capture, artifact: Artifact, golden: Golden, sound: set[str]
) -> Iterator[StageVerdict]:
    """Verdicts on the stage `runs`; none where an output is not in `sound`.

    Runs may differ by what the output itself may be off by. Where they do, the rerun must show by
    how much: a claim without the tensor is UNREPEATABLE.
    """
    outputs = output_tensors(artifact)
    if not sound.issuperset(outputs):
        return
    reruns = {name: f"rerun/{spec.name}" for name, spec in outputs.items()}
    digests = capture.info.output_sha256
    fault = _digest_fault(capture, sound.issuperset(reruns.values()))
    if fault:
        yield StageVerdict("runs", Status.UNREPEATABLE, fault)
        return
    if len(digests) == 1:
        detail = "one run: whether runs repeat was not tested on this case"
        yield StageVerdict("runs", Status.PASS, detail)
        return
    if len(set(digests)) == 1:
        yield StageVerdict("runs", Status.PASS, f"{len(digests)} runs, equal to the bit")
        return
    for name, rerun in sorted(reruns.items()):
        if rerun not in sound:
            yield StageVerdict(
                "runs",
                Status.UNREPEATABLE,
                f"{len(set(digests))} different outputs in {len(digests)} runs on one input, and "
                f"no {rerun} that shows by how much; {LOOK}",
                rerun,
            )
        elif name.startswith("output/"):
            yield _outputs_repeat(capture, artifact, golden, name, rerun)
        else:
            yield _class_maps_repeat(capture, artifact, golden, rerun)


def _outputs_repeat(
    capture: Capture, artifact: Artifact, golden: Golden, name: str, rerun: str
) -> StageVerdict:
    last = capture.tensors[name]
    allowed = output_tolerance(artifact, golden, name.removeprefix("output/"), last)
    measured, tolerance = distance(capture.tensors[rerun], last), None
    if allowed:
        measured, tolerance = nearest(capture.tensors[rerun], last, allowed)
    within = tolerance is None or measured.within(tolerance)
    return StageVerdict(
        "runs",
        Status.PASS if within else Status.UNREPEATABLE,
        f"{len(capture.info.output_sha256)} runs on one input differ by up to "
        f"{measured.max_abs:.3g}"
        + (f", {tolerance.max_abs:.3g} allowed" if tolerance else "")
        + ("" if within else f"; {LOOK}"),
        rerun,
        measured,
        None,
        tolerance,
    )


def _class_maps_repeat(
    capture: Capture, artifact: Artifact, golden: Golden, rerun: str
) -> StageVerdict:
    classmap = artifact.model.classmap
    assert classmap is not None
    scores = golden.capture.tensors[f"output/{classmap.output}"]
    allowed = output_tolerance(artifact, golden, classmap.output, scores)
    errors = allowed.of_scores if allowed else 0.0
    seen = agreement(capture.tensors[rerun], capture.tensors["classmap"], scores, errors)
    within = allowed is None or not seen.unexplained
    return StageVerdict(
        "runs",
        Status.PASS if within else Status.UNREPEATABLE,
        f"{len(capture.info.output_sha256)} runs on one input differ in {seen.flips:,} pixels"
        + ("" if within else f"; {LOOK}"),
        rerun,
        None,
        seen,
        allowed.widest if allowed else None,
    )


def _digest_fault(capture: Capture, rerun: bool) -> str:
    """Why the digests do not say how the runs went; empty where they do."""
    digests, runs = capture.info.output_sha256, len(capture.info.infer_ms)
    if not digests or len(digests) != runs:
        return f"{len(digests)} digests of outputs for {runs} measured runs; write one for each run"
    if digests[-1] != digest(capture.returned()):
        what = "the outputs in the file are not those that the last run's digest was taken of"
    elif rerun and digest(capture.group("rerun")) not in set(digests) - {digests[-1]}:
        what = "the rerun in the file is not of a run whose digest differs from the last run's"
    else:
        return ""
    return f"{what}; copy outputs out of the runtime's buffers before they are used again"
