"""The judge: every stage of a capture is judged on its own input."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from onpar.parity.contract.capture import Capture
from onpar.parity.contract.golden import Golden, gate_failures, output_tolerance
from onpar.parity.contract.golden.fit import golden_faults
from onpar.parity.contract.spec import Artifact, Case, Source
from onpar.parity.contract.steps.decode_image import DECODE_IMAGE
from onpar.parity.judge.file import Reference, as_kernels, same_inputs
from onpar.parity.judge.presence import judge_presence
from onpar.parity.judge.quality import judge_quality
from onpar.parity.judge.shape_cause import with_cause
from onpar.parity.judge.stages import judge_values
from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import StageVerdict, Verdict


def judge(
    capture: Capture,
    artifact: Artifact,
    golden: Golden,
    reference: Reference,
    program: Golden | str = "",
    max_drop: float | None = None,
) -> Verdict:
    """Judge a capture of `artifact` by the golden of its case and, for a precision below float32,
    by that of its program, or with why that is not known. `max_drop` is what it may cost, in
    percent of a class map's or a mask's pixels, instead of the artifact's own limit.

    `reference` is called only if the capture's inputs differ from the golden's in any bit.
    """
    case = _case(artifact, golden, capture.info.case)
    stages = list(_identity(capture, artifact, case))
    stages += _golden_is_current(golden, artifact, case)
    own = golden
    if artifact.is_lower and isinstance(program, Golden):
        own = replace(program, gates=golden.gates)
        stages += _golden_is_current(own, artifact, case)
    if all(stage.status is Status.PASS for stage in stages):
        stages += _gates(golden, own, artifact, capture)
        presence, valid = judge_presence(capture, artifact, golden)
        stages += [with_cause(stage, capture, artifact, golden) for stage in presence]
        values = judge_values(capture, artifact, own, reference, valid)
        stages += [_decoded(stage, golden) for stage in values]
        if same_inputs(capture, golden, artifact):
            stages += judge_quality(capture, artifact, golden, valid, max_drop)
        if isinstance(program, str):
            stages = [_unknown(stage, program) for stage in stages]
    info = capture.info
    return Verdict(
        recipe=info.recipe,
        target=info.target,
        variant=artifact.variant,
        case=info.case,
        stages=tuple(stages),
        info=info,
        artifact=artifact,
    )


def _unknown(stage: StageVerdict, why: str) -> StageVerdict:
    """What is not judged for want of the program's own golden, with the reason."""
    if not why or stage.status is not Status.UNJUDGED or stage.stage == "golden":
        return stage
    return replace(stage, detail=f"{stage.detail}; {why}")


def _case(artifact: Artifact, golden: Golden, name: str) -> Case:
    """The artifact's own case; else the photo of the capture that the golden was made from."""
    taken = golden.capture.info.sources if golden.decoded_by else {}
    own = {case.name: case for case in artifact.cases}
    return own.get(name, Case(name, tuple(Source(n, name, sha) for n, sha in taken.items())))


def _decoded(stage: StageVerdict, golden: Golden) -> StageVerdict:
    """If the golden was made from a capture's own pixels, their agreement proves nothing."""
    by = golden.decoded_by
    if not by or stage.stage != DECODE_IMAGE:
        return stage
    if stage.status is not Status.PASS:
        detail = (
            f"{stage.detail} The golden was made from what {by} decoded: one of the two is wrong"
        )
        return replace(stage, detail=detail)
    detail = f"decoding was not judged: the golden was made from what {by} decoded, so it is equal"
    return StageVerdict(stage.stage, stage.status, detail, stage.tensor)


def _identity(capture: Capture, artifact: Artifact, case: Case) -> Iterator[StageVerdict]:
    info, model = capture.info, artifact.model
    checks = [
        (Status.WRONG_RECIPE, "recipe", info.recipe, model.recipe),
        (Status.WRONG_RECIPE, "recipe digest", info.recipe_sha256, artifact.recipe_sha256),
        *(
            (Status.WRONG_CASE, f"{name} of {info.case}", info.sources.get(name, ""), sha256)
            for name, sha256 in case.digests.items()
        ),
        (Status.WRONG_WEIGHTS, "weights", info.weights_sha256, artifact.weights_sha256),
        (Status.WRONG_ENGINE, "engine", info.engine, artifact.engine or info.engine),
    ]
    if not case.sources:
        checks.append((Status.WRONG_CASE, f"case {info.case}", info.case, ""))
    for status, what, got, expected in checks:
        if got != expected:
            yield StageVerdict(
                "identity",
                status,
                f"{what}: got {got or 'none'}, the artifact {artifact.file} says "
                f"{expected or 'no such case'}; capture again with the artifact's own sidecar",
            )
    more = [name for name in info.sources if name not in case.digests]
    if case.sources and more:
        yield StageVerdict(
            "identity",
            Status.WRONG_CASE,
            f"{', '.join(more)} of {info.case}: the case has no such source, it has "
            f"{', '.join(case.digests)}; capture again with the artifact's own sidecar",
        )
    same = info.artifact_sha256 == artifact.sha256
    yield StageVerdict(
        "artifact",
        Status.PASS if same else Status.STALE_ARTIFACT,
        f"the target loaded {artifact.file}, {artifact.bytes:,} bytes"
        if same
        else f"{info.artifact}: the target loaded bytes with SHA-256 {info.artifact_sha256[:16]}…, "
        f"the exported file has {artifact.sha256[:16]}…; copy the exported file to the target "
        "again, and make sure that the app does not serve an old copy",
    )


def _golden_is_current(golden: Golden, artifact: Artifact, case: Case) -> Iterator[StageVerdict]:
    info = golden.capture.info
    sources = ((n, info.sources.get(n, "none"), sha) for n, sha in case.digests.items())
    for what, got, expected in (
        ("recipe", info.recipe_sha256, artifact.recipe_sha256),
        ("weights", info.weights_sha256, artifact.weights_sha256),
        *sources,
    ):
        if got != expected:
            yield StageVerdict(
                "golden",
                Status.STALE_GOLDEN,
                f"the golden was made for {what} {got[:16]}…, the artifact has {expected[:16]}…; "
                "make it again with `onpar golden`",
            )
    if golden.decoded_by and info.sources in [one.digests for one in artifact.cases]:
        yield StageVerdict(
            "golden",
            Status.STALE_GOLDEN,
            f"the golden was made from what {golden.decoded_by} decoded, but the recipe has this "
            "photo itself; delete it, and make the recipe's with `onpar golden`",
        )
    for fault in golden_faults(golden, artifact.model):
        yield StageVerdict(
            "golden",
            Status.UNREADABLE,
            f"the golden does not fit the artifact: {fault}; make it again with `onpar golden`",
        )


def _gates(
    golden: Golden, own: Golden, artifact: Artifact, capture: Capture
) -> Iterator[StageVerdict]:
    insensitive, ill_conditioned = gate_failures(golden.floors, golden.gates)
    if not as_kernels(capture, artifact, own):  # What is equal to the bit needs no tolerance.
        insensitive = insensitive or _excused(own, artifact)
    if insensitive:
        # The row's status is the first of the two; its sentence gives both reasons.
        both = f". It is also {Status.ILL_CONDITIONED}: {ill_conditioned}"
        detail = insensitive + (both if ill_conditioned else "")
        yield StageVerdict("golden", Status.INSENSITIVE, detail)
    if ill_conditioned:
        yield StageVerdict("golden", Status.ILL_CONDITIONED, ill_conditioned)
    if not insensitive and not ill_conditioned:
        yield StageVerdict("golden", Status.PASS, "sensitive to the photo, and well conditioned")


def _excused(golden: Golden, artifact: Artifact) -> str | None:
    """Why another photo, or BGR, would be within the tolerance; None if they would not.

    The RMS of float32 is a multiple of the noise floor, which the gates above check. A lower
    precision must be within both its largest and its RMS error, so one of them that does not excuse
    these changes is enough.
    """
    for spec in artifact.model.outputs:
        gate = golden.gates[spec.name]
        own = golden.capture.tensors[spec.name]
        tolerance = output_tolerance(artifact, golden, spec.name, own)
        if tolerance is None:
            continue
        widest = tolerance.widest
        least_rms = gate.least_rms if artifact.is_lower else None
        if least_rms is not None and widest.rms < least_rms:
            continue
        if not widest.max_abs < gate.least:
            return (
                f"output {spec.name!r} has a tolerance of {widest.max_abs:.3g}, and another "
                f"photo, or BGR, moves it by only {gate.least:.3g}: agreeing within that "
                "tolerance proves nothing; give the recipe a smaller one"
            )
    return None
