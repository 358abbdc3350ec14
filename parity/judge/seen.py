"""What the app shows, against what it would show with the golden."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from onpar.parity.contract.capture import Capture, Tensor
from onpar.parity.contract.chain import makers_of
from onpar.parity.contract.golden import Golden, output_tolerance
from onpar.parity.contract.seen import Seen
from onpar.parity.contract.spec import Artifact
from onpar.parity.contract.steps.run import Run
from onpar.parity.contract.steps.step import Step
from onpar.parity.contract.tolerance import Allowed
from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import SEEN, StageVerdict
from onpar.parity.judge.wholly_wrong import by_chance

JUDGED_BY_FLOOR = "fp32"
"""The precision that has a rule of its own, so that nothing wholly wrong is within its tolerance;
its honest error may be as large as an output that is nearly 0 throughout."""


def judge_seen(
    capture: Capture, artifact: Artifact, golden: Golden, valid: set[str]
) -> Iterator[StageVerdict]:
    """A verdict on what the last step made, if it is in `valid`: every difference must be explained
    by the allowed error of what that step was given."""
    last, tensors = artifact.steps[-1], golden.capture.tensors
    if not valid.issuperset(last.makes):
        return
    judged = last.makes if last.seen_by_values else (looked_at(artifact.steps),)
    allowed = [allowed_of(artifact, golden, name, tensors) for name in judged]
    got, refs, given = (
        [held[name] for name in names]
        for held, names in ((capture.tensors, last.makes), (tensors, last.makes), (tensors, judged))
    )
    seen = last.seen(got, refs, given, allowed)
    yield shown(SEEN, ", ".join(last.makes), seen, _known(allowed), artifact, "")


def looked_at(steps: Sequence[Step]) -> str:
    """The tensor whose errors explain differences of the last step: what that step takes, or, if it
    looks at nothing but the order, what the steps that keep it were given."""
    last, makers = steps[-1], makers_of(steps)
    name = last.takes[0]
    while last.by_order and name in makers and makers[name].keeps_order:
        name = makers[name].takes[0]
    return name


def allowed_of(
    artifact: Artifact, golden: Golden, name: str, refs: Mapping[str, Tensor]
) -> Allowed | None:
    """The error that the tensor may have: that of the network's output, whose right value is in
    `refs`, as it grows by the steps that follow. None where that is not known."""
    maker = makers_of(artifact.steps)[name]
    if isinstance(maker, Run):
        return output_tolerance(artifact, golden, name, refs[name])
    before = None if maker.gain is None else allowed_of(artifact, golden, maker.takes[0], refs)
    return before.grown(maker.gain) if before and maker.gain is not None else None


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
    """PASS if every difference is explained and, where an error was measured over images, if class
    maps agree as much as on those. Without a tolerance nothing can be said, but for a class map of
    a lower precision that is wholly wrong."""
    measured = artifact.measured
    detail = seen.sentence
    if seen.differing and tolerance is None:
        detail += "; no error has been measured that could explain the differences"
    elif seen.differing and tolerance:
        detail += (
            f"; {seen.unexplained:,} of the {seen.differing:,} differences are not explained by "
            f"the allowed error of their scores, {max(tolerance.of_scores):.3g} at most"
        )
    agreement = seen.agreement
    excesses = list(measured.excesses(agreement)) if measured and agreement else []
    detail += "".join(f"; {one}" for one in excesses)
    judged_by_floor = artifact.precision == JUDGED_BY_FLOOR
    wholly = by_chance(agreement) if agreement and not judged_by_floor else ""
    if wholly:
        detail = f"{stage}: {wholly}; {detail}"
    failed = bool(seen.unexplained or excesses or wholly)
    status = Status.VALUE if failed else Status.PASS
    if tolerance is None and not wholly:
        status = Status.UNJUDGED
    elif failed and cause:
        detail += f". {cause}"
    widest = tolerance.widest if tolerance else None
    return StageVerdict(stage, status, detail, tensor, None, seen, widest)
