"""Quality: what a lower precision costs, which is how far the target's outputs are from the float
model's."""

from __future__ import annotations

from collections.abc import Iterator

from onpar.parity.causes import Fault
from onpar.parity.causes.diagnose import diagnose
from onpar.parity.contract.capture import Capture
from onpar.parity.contract.chain import after_run, chain_of, output_behind
from onpar.parity.contract.classmap import MIN_VARIED_SHARE, varied
from onpar.parity.contract.drop import drop_of
from onpar.parity.contract.golden import Golden
from onpar.parity.contract.groups import group_axis
from onpar.parity.contract.seen import Seen
from onpar.parity.contract.span import Span
from onpar.parity.contract.spec import Artifact, ModelSpec
from onpar.parity.contract.steps.argmax import Argmax
from onpar.parity.contract.steps.step import Step
from onpar.parity.contract.steps.threshold import Threshold
from onpar.parity.contract.tensor_spec import TensorSpec
from onpar.parity.contract.tolerance import Tolerance
from onpar.parity.judge.metrics import decibel, distance
from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import QUALITY, StageVerdict
from onpar.parity.judge.wholly_wrong import by_chance, drowned, lost

ONE_SCALE = (
    ". In int8 all channels have one scale: return values of different size as separate outputs, "
    "or keep the last layers in float32 (`float_layers`)"
)

HOW_TO_LOSE_LESS = (
    "keep the layers in float32 that lose most (`onpar quantize` finds them), calibrate on other "
    "images, or accept it: `max_drop` in the recipe, or --max-drop"
)


def judge_quality(
    capture: Capture,
    artifact: Artifact,
    golden: Golden,
    valid: set[str],
    max_drop: float | None,
) -> Iterator[StageVerdict]:
    """A verdict on each output that the file gave, and on what is shown; none for float32. `golden`
    is of the float model, on the same inputs; `valid` are the capture's sound tensors; `max_drop`
    is the limit of a class map or a mask in percent, None for the artifact's own."""
    if not artifact.is_lower:
        return
    for spec in artifact.model.outputs:
        if spec.name in valid:
            yield _of_output(spec, capture, artifact, golden)
    last = artifact.steps[-1]
    if not last.seen_by_values and valid.issuperset(last.makes):
        yield _of_what_is_shown(last, capture, artifact, golden, max_drop)


def _of_output(
    spec: TensorSpec, capture: Capture, artifact: Artifact, golden: Golden
) -> StageVerdict:
    name = spec.name
    got, ref = capture.tensors[name], golden.capture.tensors[name]
    apart = distance(got, ref)
    wholly = drowned(apart, golden.gates[name].moved_by_photo_rms)
    if not wholly and (channel := lost(got, ref, group_axis(spec))):
        detail = f"{name}: {channel}{ONE_SCALE if artifact.precision == 'int8' else ''}."
        return StageVerdict(QUALITY, Status.VALUE, detail, name, apart)
    if wholly:
        cause = diagnose(chain_of(artifact).run.mistakes, Fault(got, ref))
        detail = f"{name}: {wholly}." + (f" {cause}" if cause else "")
        return StageVerdict(QUALITY, Status.VALUE, detail, name, apart)
    limit = _limit(name, artifact, golden)
    detail = (
        f"{name}: {artifact.precision} has {decibel(apart.snr_db)} SNR, largest error "
        f"{apart.max_abs:.3g}, against the float model"
    )
    if limit is None:
        return StageVerdict(QUALITY, Status.PASS, detail, name, apart)
    within = apart.within(limit)
    detail += (
        f"; at most {limit.max_abs:.3g}, and RMS {limit.rms:.3g}, expected: got {apart.rmse:.3g} "
        f"({limit.reason})"
    )
    status = Status.PASS if within else Status.VALUE
    return StageVerdict(QUALITY, status, detail, name, apart, None, limit)


def _limit(name: str, artifact: Artifact, golden: Golden) -> Tolerance | None:
    """What was measured over many images for an output that a map is made of."""
    drawn = _map_of(artifact.model, name)
    if artifact.measured is None or drawn is None:
        return None
    shown = golden.capture.tensors[drawn]
    return artifact.measured.tolerance(varied(shown) >= MIN_VARIED_SHARE, 1.0)


def _map_of(model: ModelSpec, output: str) -> str | None:
    """The class map or the mask that is made of this output; None: there is none."""
    maps = (one for one in after_run(model) if isinstance(one, Argmax | Threshold))
    return next(
        (one.makes[0] for one in maps if output_behind(model, one.takes[0]) == output), None
    )


def _of_what_is_shown(
    last: Step, capture: Capture, artifact: Artifact, golden: Golden, max_drop: float | None
) -> StageVerdict:
    tensors, names = golden.capture.tensors, ", ".join(last.makes)
    got, refs = ([of[name] for name in last.makes] for of in (capture.tensors, tensors))
    [given] = last.takes
    seen = last.seen(got, refs, [Span(tensors[given], tensors[given])])
    drop = None
    if isinstance(last, Argmax | Threshold):
        drop = drop_of(100 * seen.differing / got[0].size, artifact.max_drop, max_drop)
    wholly = by_chance(seen.agreement) if seen.agreement else ""
    if wholly:
        detail = f"{names}: {wholly}; {seen.sentence}"
        return StageVerdict(QUALITY, Status.VALUE, detail, names, None, seen, drop=drop)
    said = f"{names}: with {artifact.precision}, {seen.sentence}"
    said += f"; it costs {drop.sentence}" if drop else ""
    excesses = list(_excesses(artifact, seen))
    excesses += [HOW_TO_LOSE_LESS] if drop and not drop.within else []
    detail = "; ".join([said, *excesses])
    status = Status.VALUE if excesses else Status.PASS
    return StageVerdict(QUALITY, status, detail, names, None, seen, drop=drop)


def _excesses(artifact: Artifact, seen: Seen) -> Iterator[str]:
    if artifact.measured and seen.agreement:
        yield from artifact.measured.excesses(seen.agreement)
