"""Goldens: captures of the reference with everything that the judge needs.

A golden is an `onpar-capture/2` whose target is `reference` and whose runtime is `pytorch-eager`:
float64 on the float32 input, outputs rounded to float32. Its metadata has four keys more:

    golden_key     hash of everything that made it: made again only when this changes
    floor          {output: {"axis", "each": [{"max_abs", "rms"}, …]}}: the noise floors, worst over
                   the recipe's cases; one for each group of the output's values along `axis`, a
                   single one where that is null (onpar.parity.contract.groups)
    gates          {output: {"peak", "moved_by_photo", "moved_by_bgr"}}: max|ref|, and the largest
                   change of the output for another case and for swapped red and blue (null
                   where the output has nothing of a photo in it); the RMS of both changes as
                   "moved_by_photo_rms" and "moved_by_bgr_rms" (absent in older goldens)
    digests        {tensor: SHA-256 of its dtype, shape and bytes, "": that of the metadata that
                   state the golden's identity and how it judges (JUDGING)}

A golden made by `onpar golden --from CAPTURE`, of a photo that is not the recipe's, has one more:

    decoded_by     the target of that capture. The golden's `decoded` is what that target decoded,
                   so it does not show whether the decoding is right

A lower precision has goldens of its own, of the program that was exported. Their outputs are what
this program computes with exact rounding, and their floors are how far apart honest ways to round
are there. They have no gates, and three keys more:

    program        int8: the variant, and `artifact_sha256` is that of its file. float16: the
                   precision; the outputs are the float model's, for any file
    kernels        what the runtime's kernels compute, where it shows its tensors
                   (onpar.parity.contract.golden.kernels)
    steps          {output: the distance of two levels of an output that is itself quantized}
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from onpar.parity.contract.capture import (
    Capture,
    CaptureError,
    Tensor,
    digest,
    read_capture,
)
from onpar.parity.contract.golden.kernels import Kernels
from onpar.parity.contract.groups import group_name, peaks, unlike
from onpar.parity.contract.spec import Artifact, canonical_json
from onpar.parity.contract.tolerance import (
    EPS,
    Allowed,
    Floor,
    Floors,
    Tolerance,
    check_bound,
)
from onpar.parity.files.json_file import decode_json

SENSITIVITY = 1000
"""Another photo, and BGR, must each move the output by this many noise floors (DESIGN's gate)."""

DECODED_BY = "decoded_by"

DIGESTS = "digests"

PROGRAM = "program"

KERNELS = "kernels"

STEPS = "steps"

JUDGING_KEYS = ("golden_key", "floor", "gates", DECODED_BY)
"""The keys of a golden's own metadata that its digest covers, besides its identity."""

CONDITIONING = 1000
"""The noise floor must stay under this many eps·max|ref|."""


@dataclass(frozen=True)
class Gates:
    """The measurements that decide whether a golden is worth comparing with; output's unit.

    `moved_by_photo` is the change by all inputs of another case. `moved_by_bgr` is None without a
    photo, and for an output that depends only on other inputs. Both are the largest change of a
    value; the change's RMS is None in older goldens, which do not have it.
    """

    peak: float
    moved_by_photo: float
    moved_by_bgr: float | None
    moved_by_photo_rms: float | None = None
    moved_by_bgr_rms: float | None = None

    @property
    def least_rms(self) -> float | None:
        """The least RMS change of the output when it should change; None: not measured."""
        known = (self.moved_by_photo_rms, self.moved_by_bgr_rms)
        return min((rms for rms in known if rms is not None), default=None)

    @property
    def least(self) -> float:
        """The least change of the output when it should change."""
        return min(
            self.moved_by_photo,
            self.moved_by_photo if self.moved_by_bgr is None else self.moved_by_bgr,
        )


@dataclass(frozen=True)
class Golden:
    """A reference capture, with noise floor and gates by output name. `steps` has the distance of
    two levels of each output that is itself quantized."""

    capture: Capture
    floors: Mapping[str, Floors]
    gates: Mapping[str, Gates]
    kernels: Kernels | None = None
    steps: Mapping[str, float] = field(default_factory=dict)

    @property
    def program(self) -> str:
        """The variant, or the precision, whose program this is of; empty for the float model."""
        return self.capture.info.extra.get(PROGRAM, "")

    @property
    def decoded_by(self) -> str:
        """The target whose `decoded` this golden was made from; empty if it is the
        reference's own."""
        return self.capture.info.extra.get(DECODED_BY, "")


def golden_metadata(
    key: str, floors: Mapping[str, Floors], gates: Mapping[str, Gates], decoded_by: str = ""
) -> dict[str, str]:
    """The metadata that makes a capture a golden, once it is `sealed`."""
    return {
        **({DECODED_BY: decoded_by} if decoded_by else {}),
        "golden_key": key,
        "floor": json.dumps({name: asdict(floor) for name, floor in sorted(floors.items())}),
        "gates": json.dumps({name: asdict(gate) for name, gate in sorted(gates.items())}),
    }


def program_metadata(
    key: str,
    program: str,
    floors: Mapping[str, Floors],
    kernels: Kernels | None = None,
    steps: Mapping[str, float] | None = None,
    decoded_by: str = "",
) -> dict[str, str]:
    """The same for a golden of a lower precision's program."""
    known = {} if kernels is None else {KERNELS: json.dumps(asdict(kernels))}
    known |= {STEPS: json.dumps(dict(sorted(steps.items())))} if steps else {}
    return {**golden_metadata(key, floors, {}, decoded_by), PROGRAM: program, **known}


def sealed(golden: Capture) -> Capture:
    """The golden with the digests of everything that affects a verdict."""
    digests = json.dumps(_digests(golden), sort_keys=True)
    return replace(golden, info=replace(golden.info, extra={**golden.info.extra, DIGESTS: digests}))


def _digests(golden: Capture) -> dict[str, str]:
    info = golden.info
    own = {key: info.extra.get(key, "") for key in JUDGING_KEYS}
    # Absent in goldens of the float model, whose digests are older than these keys.
    own |= {key: info.extra[key] for key in (PROGRAM, KERNELS, STEPS) if key in info.extra}
    of = (info.recipe, info.recipe_sha256, info.weights_sha256, info.case, dict(info.sources))
    metadata = hashlib.sha256(canonical_json((of, own)).encode()).hexdigest()
    return {"": metadata} | {name: _digest(tensor) for name, tensor in golden.tensors.items()}


def _digest(tensor: Tensor) -> str:
    return f"{tensor.dtype.name} {list(tensor.shape)} {digest({'': tensor})}"


def read_golden(path: Path) -> Golden:
    """Read a golden. Raises CaptureError if it is not a golden, if its floor is not a number, or if
    anything that affects a verdict has changed since it was written."""
    capture = read_capture(path)
    extra = capture.info.extra
    try:
        floors = decode_json(extra["floor"].encode(), dict[str, Floors])
        gates = decode_json(extra["gates"].encode(), dict[str, Gates])
        digests = decode_json(extra[DIGESTS].encode(), dict[str, str])
        known = decode_json(extra[KERNELS].encode(), Kernels) if KERNELS in extra else None
        steps = decode_json(extra[STEPS].encode(), dict[str, float]) if STEPS in extra else {}
        if floors.keys() != gates.keys() and PROGRAM not in extra:
            raise KeyError(f"floor or gates of output {min(floors.keys() ^ gates.keys())}")
        for name in floors:
            _check_groups(name, floors[name], capture.tensors[name])
        for name, step in steps.items():
            check_bound(f"step of output {name}", step)
    except (KeyError, ValueError) as error:
        raise CaptureError(
            f"{path}: not a golden to judge by ({error}); make it again with `onpar golden`"
        ) from error
    found = _digests(capture)
    changed = sorted(n for n in digests.keys() | found.keys() if digests.get(n) != found.get(n))
    if changed:
        what = ", ".join(name or "its floors, its gates or its identity" for name in changed)
        raise CaptureError(
            f"{path}: the golden has been changed since it was made ({what}: another digest); "
            "make it again with `onpar golden`, or copy it again"
        )
    return Golden(capture, floors, gates, known, steps)


def _check_groups(name: str, floors: Floors, output: Tensor) -> None:
    axis = floors.axis
    if axis is not None and not 0 <= axis < output.ndim:
        raise ValueError(f"output {name} has no axis {axis}")
    groups = 1 if axis is None else output.shape[axis]
    if len(floors.each) != groups:
        raise ValueError(f"output {name} has {groups} groups, {len(floors.each)} floors")


def gate_failures(
    floors: Mapping[str, Floors], gates: Mapping[str, Gates], seedable: bool = False
) -> tuple[str | None, str | None]:
    """Why a golden is INSENSITIVE, and why ILL_CONDITIONED, for the last output that makes it so;
    None if none does. `seedable`: the recipe is known to be made for `--weights seeded:N`."""
    seeded = "--weights seeded:0, or " if seedable else ""
    insensitive = ill_conditioned = None
    for name, gate in gates.items():
        floor = floors[name].max_abs
        other = "another case" if gate.moved_by_bgr is None else "another photo"
        for what, moved in ((other, gate.moved_by_photo), ("BGR", gate.moved_by_bgr)):
            if moved is not None and not moved >= SENSITIVITY * floor:
                insensitive = (
                    f"{what} moves output {name!r} by {moved:.3g}, less than {SENSITIVITY} times "
                    f"its noise floor {floor:.3g}: agreeing with this golden proves little; "
                    "use trained weights (with random ones the photo may not reach the output), "
                    f"or {seeded}for batch norms, run images through the module in train() mode in "
                    "build()"
                )
        if not floor < CONDITIONING * EPS * gate.peak:
            ill_conditioned = (
                f"the error of eager float32 itself is {floor:.3g} on output {name!r}, "
                f"{CONDITIONING} eps of its peak {gate.peak:.3g} or more: no runtime can be judged "
                "by it; use better conditioned weights"
            )
    return insensitive, ill_conditioned


def output_tolerance(
    artifact: Artifact, golden: Golden, name: str, reference: Tensor
) -> Allowed | None:
    """The tolerance of output `name`, whose right value is `reference`; None: not known, as the
    precision has no rule, or the golden is of another precision.

    The floors were measured on the golden's inputs. An input that makes the output larger (for
    example one that was never normalised) makes the rounding and the floor larger too. The input
    stage is then to blame for the wrong input.
    """
    own = golden.capture.tensors[name]
    if artifact.tolerance is None or bool(golden.program) == (not artifact.is_lower):
        return None
    floors, step = golden.floors[name], golden.steps.get(name, 0.0)
    usuals, found = peaks(own, floors.axis), list[Tolerance]()
    now = usuals if reference is own else peaks(reference, floors.axis)
    mixed = unlike(own) if floors.axis is None else ""
    for index, (floor, peak, usual) in enumerate(zip(floors.each, now, usuals, strict=True)):
        growth = _growth(peak, usual)
        grown = Floor(floor.max_abs * growth, floor.rms * growth).at_least(peak)
        group = mixed or group_name(floors.axis, index)
        found.append(artifact.tolerance.tolerance(grown, group, step))
    return Allowed(floors.axis, tuple(found))


def _growth(peak: float, usual: float) -> float:
    return max(1.0, peak / usual) if usual else 1.0
