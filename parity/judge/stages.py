"""The values of each step, judged by the reference for what that step was given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from onpar.parity.contract.capture import Capture, Tensor
from onpar.parity.contract.chain import chain_of
from onpar.parity.contract.golden import Golden
from onpar.parity.contract.spec import Artifact
from onpar.parity.contract.steps.step import Step
from onpar.parity.judge.compared import compared
from onpar.parity.judge.file import Reference, judge_file
from onpar.parity.judge.probes import judge_probes
from onpar.parity.judge.repeats import judge_runs
from onpar.parity.judge.seen import judge_seen
from onpar.parity.judge.verdict import StageVerdict


def judge_values(
    capture: Capture, artifact: Artifact, golden: Golden, reference: Reference, valid: set[str]
) -> Iterator[StageVerdict]:
    """A verdict on each step whose tensors, and those that it was given, are in `valid`."""
    chain = chain_of(artifact)
    for step in chain.before:
        yield from _judge_step(step, capture, golden, valid)
    yield from judge_file(capture, artifact, golden, reference, valid)
    yield from judge_runs(capture, artifact, golden, valid)
    for step in chain.after:
        yield from _judge_step(step, capture, golden, valid)
        if valid.issuperset((*step.takes, *step.makes)):
            yield from judge_probes(chain, step, capture)
    yield from judge_seen(capture, artifact, golden, valid)


def _judge_step(
    step: Step, capture: Capture, golden: Golden, valid: set[str]
) -> Iterator[StageVerdict]:
    given = _given(step, capture, valid)
    if given is None:
        return
    refs = step.compute(given) if given else [golden.capture.tensors[name] for name in step.makes]
    for name, ref in zip(step.makes, refs, strict=True):
        if name in valid:
            got = capture.tensors[name]
            fault = step.fault(got, step.at_boundaries(got, ref, given), given)
            yield compared(step.kind, name, fault, step.tolerance(ref), step.mistakes)


def _given(step: Step, capture: Capture, valid: set[str]) -> Sequence[Tensor] | None:
    """What the step was given; empty for one that takes a source, of which the golden has the
    result; None where a tensor is not valid."""
    if step.takes_source:
        return ()
    if not valid.issuperset(step.takes) or not valid.intersection(step.makes):
        return None
    return [capture.tensors[name] for name in step.takes]
