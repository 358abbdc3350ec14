"""The values of each stage, judged by the reference for what that stage was given."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import numpy as np

from onpar.parity.causes import Fault
from onpar.parity.causes.diagnose import diagnose
from onpar.parity.contract.capture import Capture, Tensor, digest
from onpar.parity.contract.classmap import (
    PROBED_SCORES,
    Agreement,
    agreement,
    argmax,
    probe_classes,
)
from onpar.parity.contract.golden import Golden, output_tolerance
from onpar.parity.contract.spec import Artifact, ModelSpec, output_tensors
from onpar.parity.contract.tolerance import EPS, EXACT, Allowed, Tolerance
from onpar.parity.image.fit import fit, normalise
from onpar.parity.judge.compared import compared
from onpar.parity.judge.metrics import decibel, distance
from onpar.parity.judge.presence import PROBE
from onpar.parity.judge.repeats import judge_runs
from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import StageVerdict
from onpar.parity.judge.wholly_wrong import by_chance, drowned

Reference = Callable[[Capture], Mapping[str, Tensor]]
"""Runs the reference on a capture's inputs: outputs f32 by name. Raises NoReferenceError."""

DECODED = Tolerance(0.0, 0.0, "decoding by libjpeg-turbo, and of PNG by anyone, is exact")


GIVEN_TOLERANCE = Tolerance(0.0, 0.0, "the case gives this input, nothing is computed")

JUDGED_BY_FLOOR = "fp32"
"""The precision that has a rule of its own, so that nothing wholly wrong is within its tolerance;
its honest error may be as large as an output that is nearly 0 throughout."""

OVERFLOW_DETAIL = "on this input the reference itself overflows; fix the input"


class NoReferenceError(RuntimeError):
    """The reference cannot run on these inputs; the message says why, and what to do."""


def model_inputs(capture: Capture, model: ModelSpec) -> dict[str, Tensor]:
    """What the model was given, by input, of the model's dtypes: a format may take others. With io
    `image` the file itself normalises: then it is what the reference makes of the capture's
    `resized`."""
    inputs, prep = capture.group("input"), model.prep
    if not inputs and prep and "resized" in capture.tensors:
        return {prep.input: normalise(capture.tensors["resized"], prep)}
    return _of_dtypes(inputs, {spec.name: spec.dtype for spec in model.inputs})


def same_inputs(capture: Capture, golden: Golden) -> bool:
    """Whether the target's inputs are the golden's to the bit, so that its outputs serve."""
    inputs = golden.capture.group("input")
    if not capture.group("input"):
        got, ref = (one.tensors.get("resized") for one in (capture, golden.capture))
        return got is not None and ref is not None and np.array_equal(got, ref)
    dtypes = {name: value.dtype.name for name, value in inputs.items()}
    return digest(_of_dtypes(capture.group("input"), dtypes)) == digest(inputs)


def _of_dtypes(inputs: Mapping[str, Tensor], dtypes: Mapping[str, str]) -> dict[str, Tensor]:
    """A format may take integers of another dtype than the model."""
    return {
        name: value.astype(dtypes.get(name, value.dtype), copy=False)
        for name, value in inputs.items()
    }


def judge_values(
    capture: Capture, artifact: Artifact, golden: Golden, reference: Reference, valid: set[str]
) -> Iterator[StageVerdict]:
    """A verdict on each stage whose tensors, and those that it was given, are in `valid`."""
    got, prep = capture.tensors, artifact.model.prep
    if "decoded" in valid:
        yield compared("decoded", got["decoded"], golden.capture.tensors["decoded"], DECODED)
    if prep and {"decoded", "resized"} <= valid:
        fitted = fit(got["decoded"], prep)
        yield compared("resized", got["resized"], fitted, EXACT, got["decoded"], prep)
    names = [f"input/{spec.name}" for spec in artifact.model.inputs]
    for name in [one for one in names if one in valid]:
        if prep is None or name != f"input/{prep.input}":
            yield compared(name, got[name], golden.capture.tensors[name], GIVEN_TOLERANCE)
        elif "resized" in valid:
            ref = normalise(got["resized"], prep)
            yield compared(name, got[name], ref, _input_tolerance(ref), got["resized"], prep)
    given = names if artifact.io == "tensor" else ["resized"]
    refs = _references(capture, golden, reference) if valid.issuperset(given) else None
    if isinstance(refs, str):
        for name in [one for one in output_tensors(artifact) if one in valid]:
            yield StageVerdict(_stage(name), Status.UNJUDGED, refs, name)
    elif refs is not None and artifact.io == "tensor":
        yield from _outputs(capture, artifact, golden, refs, valid)
    elif refs is not None:
        yield from _drawn(capture, artifact, golden, refs, valid)
    yield from judge_runs(capture, artifact, golden, valid)
    yield from _classmap(capture, artifact, golden, valid)


def _references(
    capture: Capture, golden: Golden, reference: Reference
) -> Mapping[str, Tensor] | str:
    """What the model should have computed of the capture's own inputs; a sentence where the
    reference cannot decide."""
    if same_inputs(capture, golden):
        return golden.capture.group("output")
    try:
        return reference(capture)
    except NoReferenceError as error:
        return str(error)


def _outputs(
    capture: Capture,
    artifact: Artifact,
    golden: Golden,
    refs: Mapping[str, Tensor],
    valid: set[str],
) -> Iterator[StageVerdict]:
    for name in [spec.name for spec in artifact.model.outputs if f"output/{spec.name}" in valid]:
        tensor = f"output/{name}"
        got, ref = capture.tensors[tensor], refs[name]
        if not np.isfinite(ref).all():
            detail = f"{tensor}: {OVERFLOW_DETAIL}"
            yield StageVerdict("output", Status.UNJUDGED, detail, tensor)
            continue
        tolerance = output_tolerance(artifact, golden, name, ref)
        if tolerance is None:
            measured = distance(got, ref)
            stage = StageVerdict(
                "output",
                Status.UNJUDGED,
                f"{tensor}: no tolerance of {artifact.precision} is known ({_how(artifact)}); "
                f"measured {decibel(measured.snr_db)} SNR, largest error {measured.max_abs:.3g}",
                tensor,
                measured,
            )
        else:
            stage = compared(tensor, got, ref, tolerance, None, artifact.model.prep)
        if artifact.precision != JUDGED_BY_FLOOR and stage.status is not Status.VALUE:
            fault = Fault(got, ref, None, artifact.model.prep)
            stage = _wholly(stage, golden.gates[name].moved_by_photo_rms, fault)
        yield stage


def _wholly(stage: StageVerdict, moved_rms: float | None, fault: Fault) -> StageVerdict:
    """VALUE if the output is wholly wrong, at any tolerance."""
    why = drowned(stage.distance, moved_rms) if stage.distance else ""
    if not why:
        return stage
    cause = diagnose("output", fault)
    detail = f"{stage.tensor}: {why}." + (f" {cause}" if cause else "")
    return replace(stage, status=Status.VALUE, detail=detail)


def _drawn(
    capture: Capture,
    artifact: Artifact,
    golden: Golden,
    refs: Mapping[str, Tensor],
    valid: set[str],
) -> Iterator[StageVerdict]:
    """The class map that the file itself made of `resized`: no flip that the allowed error of the
    scores inside it does not explain."""
    classmap = artifact.model.classmap
    if "classmap" not in valid or classmap is None:
        return
    scores = refs[classmap.output]
    if not np.isfinite(scores).all():
        yield StageVerdict("classmap", Status.UNJUDGED, f"classmap: {OVERFLOW_DETAIL}", "classmap")
        return
    tolerance = output_tolerance(artifact, golden, classmap.output, scores)
    got, ref = capture.tensors["classmap"].astype(np.uint8), argmax(scores)
    seen = agreement(got, ref, scores, tolerance.of_scores if tolerance else 0.0)
    cause = diagnose("classmap", Fault(got, ref, scores))
    yield _agreed("classmap", seen, tolerance, artifact, cause)


def _classmap(
    capture: Capture, artifact: Artifact, golden: Golden, valid: set[str]
) -> Iterator[StageVerdict]:
    classmap = artifact.model.classmap
    if "classmap" not in valid or classmap is None:
        return
    got, name = capture.tensors["classmap"], classmap.output
    if f"output/{name}" in valid:
        given = capture.tensors[f"output/{name}"]
        yield compared("classmap", got, argmax(given), EXACT, given)
        yield _probe(capture, given.shape[1])
    scores = golden.capture.tensors[f"output/{name}"]
    tolerance = output_tolerance(artifact, golden, name, scores)
    allowed = tolerance.of_scores if tolerance else 0.0
    seen = agreement(got, golden.capture.tensors["classmap"], scores, allowed)
    yield _agreed("agreement", seen, tolerance, artifact, "")


def _probe(capture: Capture, classes: int) -> StageVerdict:
    """What the app's arg-max makes of made-up scores: those of photos rarely are all negative, or
    tie, and not every class is the best somewhere."""
    expected = probe_classes(classes)
    shapes = {name: spec.shape for name, spec in capture.unread.items()}
    shapes |= {name: tensor.shape for name, tensor in capture.tensors.items()}
    if PROBE not in shapes:
        detail = (
            f"no {PROBE}: what the app's arg-max makes of negative scores, of ties and of classes "
            "that no pixel has is not known; let the app write it (parity/contract/capture.py)"
        )
        return StageVerdict("classmap", Status.UNJUDGED, detail, PROBE)
    if PROBE not in capture.tensors or shapes[PROBE] != expected.shape:
        detail = f"{PROBE} has shape {list(shapes[PROBE])}, expected u8 {list(expected.shape)}"
        return StageVerdict("classmap", Status.VALUE, detail, PROBE)
    got = capture.tensors[PROBE]
    wrong = np.argwhere(got != expected)
    if not len(wrong):
        return StageVerdict("classmap", Status.PASS, f"{PROBE} is as it must be", PROBE)
    # The plain column first: an app that is wrong there is wrong everywhere.
    row, column = min(wrong.tolist(), key=lambda at: (at[1] != 1, at[1], at[0]))
    detail = (
        f"{PROBE}: the app's arg-max is wrong {PROBED_SCORES[column]}: got class "
        f"{got[row, column]}, expected {row}; it is wrong for {len(wrong)} of {got.size} made-up "
        "pixels"
    )
    return StageVerdict("classmap", Status.VALUE, detail, PROBE)


def _agreed(
    stage: str,
    seen: Agreement,
    tolerance: Allowed | None,
    artifact: Artifact,
    cause: str,
) -> StageVerdict:
    """Two class maps agree where every flip is explained, and where an error was measured over
    images, where they agree as much as on those. Without a tolerance nothing can be said, but for
    a map of a lower precision that is wholly wrong."""
    measured = artifact.measured
    detail = seen.sentence
    if seen.flips and tolerance is None:
        detail += "; no error has been measured that could explain the flips"
    elif seen.flips and tolerance:
        detail += (
            f"; {seen.unexplained:,} of the {seen.flips:,} flips are not explained by the allowed "
            f"error of their scores, {max(tolerance.of_scores):.3g} at most"
        )
    excesses = list(measured.excesses(seen)) if measured else []
    detail += "".join(f"; {one}" for one in excesses)
    wholly = by_chance(seen) if artifact.precision != JUDGED_BY_FLOOR else ""
    if wholly:
        detail = f"{stage}: {wholly}; {detail}"
    failed = bool(seen.unexplained or excesses or wholly)
    status = Status.VALUE if failed else Status.PASS
    if tolerance is None and not wholly:
        status = Status.UNJUDGED
    elif failed and cause:
        detail += f". {cause}"
    widest = tolerance.widest if tolerance else None
    return StageVerdict(stage, status, detail, "classmap", None, seen, widest)


def _input_tolerance(ref: Tensor) -> Tolerance:
    bound = 4 * EPS * float(np.abs(ref).max())
    return Tolerance(
        bound,
        bound,
        "4·eps·max|input|: an app may fold the three steps into fewer, as one multiplication and "
        "one addition (measured 1.58 eps·max|input| away on photographs), or multiply by 1/255 "
        "(2.37)",
    )


def _stage(tensor: str) -> str:
    return tensor.partition("/")[0]


def _how(artifact: Artifact) -> str:
    """How a tolerance that is not known is measured, where it can be."""
    if artifact.model.classmap is None:
        return (
            "it is measured by class maps, which the recipe does not have; --allow-unjudged "
            "accepts the row"
        )
    return "`onpar evaluate --tolerances FILE` measures one"
