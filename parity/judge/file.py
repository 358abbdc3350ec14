"""What the exported file computed, judged by the reference on the file's own inputs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from onpar.parity.causes import Fault
from onpar.parity.causes.diagnose import diagnose
from onpar.parity.contract.capture import Capture, Tensor, digest
from onpar.parity.contract.chain import Chain, before_run, chain_of, perform, tensor_specs
from onpar.parity.contract.golden import Golden, output_tolerance
from onpar.parity.contract.golden.kernels import MOST_STEPS, Kernels
from onpar.parity.contract.spec import Artifact, ModelSpec
from onpar.parity.contract.steps.resize_image import ResizeImage
from onpar.parity.contract.steps.step import Step
from onpar.parity.judge.compared import compared
from onpar.parity.judge.metrics import decibel, distance
from onpar.parity.judge.seen import compared_by, shown
from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import StageVerdict

Reference = Callable[[Capture], Mapping[str, Tensor]]
"""Runs the reference on a capture's inputs: outputs f32 by name. Raises NoReferenceError."""

OVERFLOW_DETAIL = "on this input the reference itself overflows; fix the input"


class NoReferenceError(RuntimeError):
    """The reference cannot run on these inputs; the message says why, and what to do."""


def model_inputs(capture: Capture, model: ModelSpec) -> dict[str, Tensor]:
    """What the model was given, by input, of the model's dtypes: a format may take others. Steps
    that the file itself performed are computed by the reference."""
    steps, specs = before_run(model), tensor_specs(model)
    held = {
        name: capture.tensors[name].astype(specs[name].dtype, copy=False)
        for step in steps
        for name in step.makes
        if name in capture.tensors
    }
    # What takes a source is held or not: a source may have a tensor's name.
    following = [one for one in steps if not one.takes_source and held.keys() >= set(one.takes)]
    made = perform(following, held, {})
    return {spec.name: made[spec.name] for spec in model.inputs if spec.name in made}


def same_inputs(capture: Capture, golden: Golden, artifact: Artifact) -> bool:
    """Whether what the file took is the golden's to the bit, so that its outputs serve."""
    names = chain_of(artifact).taken
    own, golden_own = capture.tensors, golden.capture.tensors
    if not own.keys() >= names.keys() or not golden_own.keys() >= names.keys():
        return False
    refs = {name: golden_own[name] for name in names}
    got = {name: own[name].astype(ref.dtype, copy=False) for name, ref in refs.items()}
    return digest(got) == digest(refs)


def judge_file(
    capture: Capture, artifact: Artifact, golden: Golden, reference: Reference, valid: set[str]
) -> Iterator[StageVerdict]:
    """A verdict on each tensor that the file gave and that is in `valid`; none unless all that it
    took are."""
    chain = chain_of(artifact)
    if not valid.issuperset(chain.taken):
        return
    given = [name for name in chain.given if name in valid]
    try:
        refs = _references(capture, artifact, golden, reference, chain)
    except NoReferenceError as error:
        last = chain.inside[-1]
        yield from (StageVerdict(last.kind, Status.UNJUDGED, str(error), name) for name in given)
        return
    if chain.follows:
        yield from _drawn(chain.follows, capture, artifact, golden, refs, valid)
    else:
        for name in given:
            yield _output(chain.run, name, capture, artifact, golden, refs[name])


def _references(
    capture: Capture, artifact: Artifact, golden: Golden, reference: Reference, chain: Chain
) -> Mapping[str, Tensor]:
    """What the network should have computed of the file's own inputs. Raises NoReferenceError."""
    if same_inputs(capture, golden, artifact):
        return {name: golden.capture.tensors[name] for name in chain.run.makes}
    if golden.program == artifact.variant:
        raise NoReferenceError(
            "the file was given another input than the golden's, and what its program computes of "
            "that is not known: make the steps before it right"
        )
    return reference(capture)


def _output(
    run: Step, tensor: str, capture: Capture, artifact: Artifact, golden: Golden, ref: Tensor
) -> StageVerdict:
    got = capture.tensors[tensor]
    if not np.isfinite(ref).all():
        return StageVerdict(run.kind, Status.UNJUDGED, f"{tensor}: {OVERFLOW_DETAIL}", tensor)
    fault = Fault(got, ref, None, fitting=_fitting(artifact))
    kernels = as_kernels(capture, artifact, golden)
    tolerance = output_tolerance(artifact, golden, tensor, ref)
    if tolerance is None:
        measured = distance(got, ref)
        stage = StageVerdict(
            run.kind,
            Status.UNJUDGED,
            f"{tensor}: what the exported {artifact.precision} program computes is not known; "
            f"measured {decibel(measured.snr_db)} SNR against float, largest error "
            f"{measured.max_abs:.3g}",
            tensor,
            measured,
        )
    else:
        stage = compared(run.kind, tensor, fault, tolerance, run.mistakes)
    return _by_kernels(stage, kernels) if kernels else stage


def as_kernels(capture: Capture, artifact: Artifact, golden: Golden) -> Kernels | None:
    """The kernels that were judged operator by operator and computed these outputs to the bit; None
    if the outputs are others."""
    known, given = golden.kernels, chain_of(artifact).given
    if known is None or not capture.tensors.keys() >= given.keys():
        return None
    same = digest({name: capture.tensors[name] for name in given}) == known.outputs_sha256
    return known if same and same_inputs(capture, golden, artifact) else None


def _by_kernels(stage: StageVerdict, kernels: Kernels) -> StageVerdict:
    """What is equal to the bit is as right as the operators that computed it."""
    stage = replace(stage, kernels=kernels)
    if kernels.exact:
        detail = (
            f"{stage.tensor}: equal to the bit to {kernels.runtime}, whose {kernels.operators} "
            f"operators are exact on what each was given: {kernels.largest:.4f} steps at most"
        )
        return replace(stage, status=Status.PASS, detail=detail)
    detail = (
        f"{stage.tensor}: {kernels.runtime} computes {kernels.at} {kernels.largest:.3g} steps from "
        f"the exact value, given what it computed before; at most {MOST_STEPS:g} is allowed"
    )
    return replace(stage, status=Status.VALUE, detail=detail)


def _fitting(artifact: Artifact) -> ResizeImage | None:
    """The size of the photo in the input: what boxes may be relative to."""
    steps = before_run(artifact.model)
    return next((step for step in steps if isinstance(step, ResizeImage)), None)


def _drawn(
    follows: Sequence[Step],
    capture: Capture,
    artifact: Artifact,
    golden: Golden,
    refs: Mapping[str, Tensor],
    valid: set[str],
) -> Iterator[StageVerdict]:
    """What the file itself made of its scores: no difference that their allowed error does not
    explain."""
    step = follows[-1]
    [name], output = step.makes, follows[0].takes[0]
    if name not in valid:
        return
    if not np.isfinite(refs[output]).all():
        yield StageVerdict(step.kind, Status.UNJUDGED, f"{name}: {OVERFLOW_DETAIL}", name)
        return
    made = perform(follows, refs, {})
    got, ref = capture.tensors[name].astype(np.uint8), made[name]
    seen, tolerance = compared_by(step, [got], [ref], artifact, golden, made)
    cause = diagnose(step.mistakes, step.fault(got, ref, [made[step.takes[0]]]))
    yield shown(step.kind, name, seen, tolerance, artifact, cause)
