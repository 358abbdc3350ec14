"""What the app shows, against what it would show with the golden."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from onpar.parity.contract.capture import Capture, Tensor
from onpar.parity.contract.chain import makers_of
from onpar.parity.contract.golden import Golden, output_tolerance
from onpar.parity.contract.seen import Seen
from onpar.parity.contract.span import Span
from onpar.parity.contract.spec import Artifact
from onpar.parity.contract.steps.run import Run
from onpar.parity.contract.steps.step import Step
from onpar.parity.contract.tolerance import Allowed, as_allowed
from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import SEEN, StageVerdict


def judge_seen(
    capture: Capture, artifact: Artifact, golden: Golden, valid: set[str]
) -> Iterator[StageVerdict]:
    """A verdict on what the last step made, if it is in `valid`: every difference must be explained
    by the allowed error of what that step was given."""
    last, tensors = artifact.steps[-1], golden.capture.tensors
    if not valid.issuperset(last.makes):
        return
    got = [capture.tensors[name] for name in last.makes]
    refs = [tensors[name] for name in last.makes]
    if last.seen_by_values:
        allowed = [allowed_of(artifact, golden, name, tensors) for name in last.makes]
        found = [span_of(artifact, golden, name, tensors) for name in last.makes]
        spans = [one or Span(ref, ref) for one, ref in zip(found, refs, strict=True)]
        seen, tolerance = last.seen(got, refs, spans), _known(allowed)
    else:
        seen, tolerance = compared_by(last, got, refs, artifact, golden, tensors)
    yield shown(SEEN, ", ".join(last.makes), seen, tolerance, artifact, "")


def compared_by(
    step: Step,
    got: Sequence[Tensor],
    refs: Sequence[Tensor],
    artifact: Artifact,
    golden: Golden,
    right: Mapping[str, Tensor],
) -> tuple[Seen, Allowed | None]:
    """The step's own comparison of what it made, and the error that explains differences; None
    where it is not known. `right` holds the right values of what the network and the steps made.

    A difference is explained if the step can make it of what it may honestly be given: the
    network's output within its allowed error, through the steps between, with their own rounding.
    """
    [name] = step.takes
    tolerance = allowed_of(artifact, golden, looked_at(step, artifact.steps), right)
    values = right[name]
    span = Span(values, values)
    if not all(np.array_equal(one, ref) for one, ref in zip(got, refs, strict=True)):
        span = span_of(artifact, golden, name, right, step.along) or span
    return step.seen(got, refs, [span]), tolerance


def looked_at(step: Step, steps: Sequence[Step]) -> str:
    """The tensor whose errors explain differences of what the step made: the one that it takes, or
    if that has the order of another along the axis that the step compares, that other."""
    [name], makers = step.takes, makers_of(steps)
    maker = makers.get(name)
    ordered = maker is not None and step.along is not None and maker.keeps_order == step.along
    return maker.takes[0] if maker and ordered else name


def span_of(
    artifact: Artifact,
    golden: Golden,
    name: str,
    right: Mapping[str, Tensor],
    along: int | None = None,
) -> Span | None:
    """What the tensor may honestly hold where the network's outputs are those of `right` with their
    allowed error; None where that is not known. `along`: only its order along this axis counts."""
    maker = makers_of(artifact.steps)[name]
    if isinstance(maker, Run):
        allowed = output_tolerance(artifact, golden, name, right[name])
        return Span.around(right[name], allowed) if allowed else None
    if maker.gain is None:
        return None
    before = span_of(artifact, golden, maker.takes[0], right)
    return maker.spread(before, along) if before else None


def allowed_of(
    artifact: Artifact, golden: Golden, name: str, refs: Mapping[str, Tensor]
) -> Allowed | None:
    """The error that the tensor may have: that of the network's output, whose right value is in
    `refs`, as it grows by the steps that follow, with their own. None where that is not known."""
    maker = makers_of(artifact.steps)[name]
    if isinstance(maker, Run):
        return output_tolerance(artifact, golden, name, refs[name])
    before = None if maker.gain is None else allowed_of(artifact, golden, maker.takes[0], refs)
    if before is None or maker.gain is None:
        return None
    return before.grown(maker.gain, as_allowed(maker.tolerance(refs[name])).widest)


def _known(allowed: list[Allowed | None]) -> Allowed | None:
    """The widest; None if one of them is not known."""
    known = [one for one in allowed if one]
    return max(known, key=lambda one: one.widest.max_abs) if len(known) == len(allowed) else None


def shown(
    stage: str,
    tensor: str,
    seen: Seen,
    tolerance: Allowed | None,
    artifact: Artifact,
    cause: str,
) -> StageVerdict:
    """PASS if every difference is explained; without a tolerance nothing can be said."""
    detail = seen.sentence
    if seen.differing and tolerance is None:
        detail += "; no error is known that could explain the differences"
    elif seen.differing and tolerance:
        detail += (
            f"; {seen.unexplained:,} of the {seen.differing:,} differences are not explained by "
            f"the allowed error of their scores, {max(tolerance.of_scores):.3g} at most"
        )
    status = Status.VALUE if seen.unexplained else Status.PASS
    if tolerance is None:
        status = Status.UNJUDGED
    elif seen.unexplained and cause:
        detail += f". {cause}"
    widest = tolerance.widest if tolerance else None
    return StageVerdict(stage, status, detail, tensor, None, seen, widest)
