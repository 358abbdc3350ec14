"""What the app shows, against what it would show with the golden."""

from __future__ import annotations

from collections.abc import Iterator

from onpar.parity.contract.capture import Capture
from onpar.parity.contract.chain import plain, steps_of
from onpar.parity.contract.classmap import Agreement, agreement
from onpar.parity.contract.golden import Golden, output_tolerance
from onpar.parity.contract.spec import Artifact
from onpar.parity.contract.steps.argmax import Argmax
from onpar.parity.contract.tolerance import Allowed
from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import StageVerdict
from onpar.parity.judge.wholly_wrong import by_chance

STAGE = "agreement"

JUDGED_BY_FLOOR = "fp32"


def judge_seen(
    capture: Capture, artifact: Artifact, golden: Golden, valid: set[str]
) -> Iterator[StageVerdict]:
    """A verdict on what the last step made, if it is in `valid`: every difference must be explained
    by the allowed error of the scores."""
    last = steps_of(artifact.model)[-1]
    if not isinstance(last, Argmax) or not valid.issuperset(last.makes):
        return
    [taken], [name] = last.takes, last.makes
    scores = golden.capture.tensors[taken]
    tolerance = output_tolerance(artifact, golden, plain(taken), scores)
    allowed = tolerance.of_scores if tolerance else 0.0
    seen = agreement(capture.tensors[name], golden.capture.tensors[name], scores, allowed)
    yield agreed(STAGE, name, seen, tolerance, artifact, "")


def agreed(
    stage: str,
    tensor: str,
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
    return StageVerdict(stage, status, detail, tensor, None, seen, widest)
