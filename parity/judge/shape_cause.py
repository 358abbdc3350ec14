"""Why a tensor has another shape: the known mistakes that change it."""

from __future__ import annotations

from dataclasses import replace

from onpar.parity.causes import Fault
from onpar.parity.causes.diagnose import diagnose
from onpar.parity.contract.capture import Capture, Tensor
from onpar.parity.contract.chain import makers_of, tensor_specs
from onpar.parity.contract.golden import Golden
from onpar.parity.contract.spec import Artifact
from onpar.parity.contract.steps.step import Step
from onpar.parity.contract.tensor_spec import TensorSpec, fits
from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import StageVerdict


def with_cause(
    verdict: StageVerdict, capture: Capture, artifact: Artifact, golden: Golden
) -> StageVerdict:
    """A verdict SHAPE with the known mistake that gives the shape and the values; any other
    verdict unchanged."""
    got = capture.tensors.get(verdict.tensor)
    if verdict.status is not Status.SHAPE or got is None:
        return verdict
    step = makers_of(artifact.steps).get(verdict.tensor)
    if step is None:
        return verdict
    fault = _fault(step, verdict.tensor, got, capture, artifact, golden)
    cause = diagnose(step.mistakes, fault) if fault else ""
    return replace(verdict, detail=f"{verdict.detail}. {cause}") if cause else verdict


def _fault(
    step: Step, name: str, got: Tensor, capture: Capture, artifact: Artifact, golden: Golden
) -> Fault | None:
    """The right value, computed from the capture's tensors if these are sound, else from the
    golden's; None if there is neither."""
    tensors, specs = golden.capture.tensors, tensor_specs(artifact.model)
    given = None if step.takes_source else _given(step, capture, specs)
    if given is None:
        ref = tensors.get(name)
        kept = [] if step.takes_source else [tensors[one] for one in step.takes if one in tensors]
        return None if ref is None else step.fault(got, ref, kept)
    try:
        ref = step.compute(given)[step.makes.index(name)]
    except (NotImplementedError, ValueError):
        ref = tensors.get(name)
    return None if ref is None else step.fault(got, ref, given)


def _given(step: Step, capture: Capture, specs: dict[str, TensorSpec]) -> list[Tensor] | None:
    """What the step took, if the capture has it in the right shape and dtype."""
    given = [capture.tensors.get(name) for name in step.takes]
    found = [one for one in given if one is not None]
    if len(found) < len(given):
        return None
    for name, one in zip(step.takes, found, strict=True):
        spec = specs[name]
        if not fits(one.shape, spec) or not one.size or one.dtype.name != spec.dtype:
            return None
    return found
