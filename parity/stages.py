"""The values of each stage, judged by the reference for what that stage was given."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping

import numpy as np

from parity.capture import Capture, Tensor, digest
from parity.classmap import agreement, argmax
from parity.diagnose import diagnose
from parity.fit import fit, normalise
from parity.golden import Golden, output_tolerance
from parity.metrics import Distance, distance
from parity.repeats import judge_runs
from parity.spec import Artifact
from parity.status import Status
from parity.tolerance import EPS, EXACT, Tolerance
from parity.verdict import StageVerdict

Reference = Callable[[Capture], Mapping[str, Tensor]]
"""Runs the reference on a capture's inputs: outputs f32 by name. Raises NoReferenceError."""

DECODED = Tolerance(0.0, 0.0, "decoding by libjpeg-turbo, and of PNG by anyone, is exact")


class NoReferenceError(RuntimeError):
    """The reference cannot run on these inputs; the message says why, and what to do."""


def same_inputs(capture: Capture, golden: Golden) -> bool:
    """Whether the target's inputs are the golden's to the bit, so that its outputs serve."""
    return digest(capture.group("input")) == digest(golden.capture.group("input"))


def judge_values(
    capture: Capture, artifact: Artifact, golden: Golden, reference: Reference, sound: set[str]
) -> Iterator[StageVerdict]:
    """A verdict on each stage whose tensors, and those that it was given, are in `sound`."""
    got, prep = capture.tensors, artifact.model.prep
    if "decoded" in sound:
        yield _compare("decoded", got["decoded"], golden.capture.tensors["decoded"], DECODED)
    if {"decoded", "resized"} <= sound:
        yield _compare("resized", got["resized"], fit(got["decoded"], prep), EXACT, got["decoded"])
    name = f"input/{prep.input}"
    if {"resized", name} <= sound:
        ref = normalise(got["resized"], prep)
        yield _compare(name, got[name], ref, _input_tolerance(ref), got["resized"])
    inputs = {spec.name for spec in artifact.model.inputs}
    if capture.group("input").keys() == inputs and sound.issuperset(f"input/{n}" for n in inputs):
        yield from _outputs(capture, artifact, golden, reference, sound)
    yield from judge_runs(capture, artifact, golden, sound)
    yield from _classmap(capture, artifact, golden, sound)


def _outputs(
    capture: Capture, artifact: Artifact, golden: Golden, reference: Reference, sound: set[str]
) -> Iterator[StageVerdict]:
    names = [spec.name for spec in artifact.model.outputs if f"output/{spec.name}" in sound]
    try:
        same = same_inputs(capture, golden)
        refs = golden.capture.group("output") if same else reference(capture)
    except NoReferenceError as error:
        for name in names:
            yield StageVerdict("output", Status.UNJUDGED, str(error), f"output/{name}")
        return
    for name in names:
        tensor = f"output/{name}"
        got, ref = capture.tensors[tensor], refs[name]
        if not np.isfinite(ref).all():
            detail = f"{tensor}: on this input the reference itself overflows; mend the input"
            yield StageVerdict("output", Status.UNJUDGED, detail, tensor)
            continue
        tolerance = output_tolerance(artifact, golden, name, float(np.abs(ref).max()))
        if tolerance is None:
            measured = distance(got, ref)
            yield StageVerdict(
                "output",
                Status.UNJUDGED,
                f"{tensor}: no tolerance has been measured for {artifact.precision} yet; measured "
                f"{measured.snr_db or math.inf:.1f} dB SNR, largest error {measured.max_abs:.3g}",
                tensor,
                measured,
            )
        else:
            yield _compare(tensor, got, ref, tolerance)


def _classmap(
    capture: Capture, artifact: Artifact, golden: Golden, sound: set[str]
) -> Iterator[StageVerdict]:
    if "classmap" not in sound:
        return
    got, name = capture.tensors["classmap"], artifact.model.classmap.output
    if f"output/{name}" in sound:
        yield _compare("classmap", got, argmax(capture.tensors[f"output/{name}"]), EXACT)
    scores = golden.capture.tensors[f"output/{name}"]
    tolerance = output_tolerance(artifact, golden, name, golden.gates[name].peak)
    allowed = tolerance.max_abs if tolerance else 0.0
    seen = agreement(got, golden.capture.tensors["classmap"], scores, allowed)
    detail = (
        f"{seen.sentence}; {seen.unexplained:,} of the {seen.flips:,} flips are not explained by "
        f"the allowed error of {allowed:.3g}"
        if seen.flips
        else seen.sentence
    )
    status = Status.VALUE if seen.unexplained else Status.PASS
    if tolerance is None:
        status = Status.UNJUDGED
    yield StageVerdict("agreement", status, detail, "classmap", None, seen, tolerance)


def _input_tolerance(ref: Tensor) -> Tolerance:
    bound = 4 * EPS * float(np.abs(ref).max())
    return Tolerance(
        bound,
        bound,
        "4·eps·max|input|: an app may fold the three steps into fewer, as one multiplication and "
        "one addition (measured 1.58 eps·max|input| away on photographs), or multiply by 1/255 "
        "(2.37)",
    )


def _compare(
    tensor: str, got: Tensor, ref: Tensor, tolerance: Tolerance, given: Tensor | None = None
) -> StageVerdict:
    stage = tensor.partition("/")[0]
    measured = distance(got, ref)
    if measured.within(tolerance):
        status = Status.PASS
        detail = (
            f"{tensor}: largest error {measured.max_abs:.3g} of {tolerance.max_abs:.3g} allowed"
            if measured.differing
            else f"{tensor} is equal to the bit"
        )
    else:
        status = Status.VALUE
        cause = diagnose(stage, got, ref, given)
        detail = _difference(tensor, measured, tolerance) + (f" {cause}" if cause else "")
    return StageVerdict(stage, status, detail, tensor, measured, None, tolerance)


def _difference(tensor: str, measured: Distance, tolerance: Tolerance) -> str:
    worst = measured.worst
    return (
        f"{tensor}: {measured.differing:.1%} of the values differ, by up to {measured.max_abs:.3g} "
        f"where {tolerance.max_abs:.3g} is allowed (RMS {measured.rmse:.3g}, allowed "
        f"{tolerance.rms:.3g}); worst at {list(worst.index)}: got {worst.got:.6g}, expected "
        f"{worst.expected:.6g}."
    )
