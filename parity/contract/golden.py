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
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from onpar.parity.contract.capture import (
    Capture,
    CaptureError,
    CaptureInfo,
    Tensor,
    digest,
    read_capture,
    read_info,
)
from onpar.parity.contract.chain import after_run, output_behind
from onpar.parity.contract.classmap import MIN_VARIED_SHARE, varied
from onpar.parity.contract.groups import group_name, peaks, unlike
from onpar.parity.contract.spec import Artifact, ModelSpec, canonical_json
from onpar.parity.contract.steps.argmax import Argmax
from onpar.parity.contract.steps.threshold import Threshold
from onpar.parity.contract.tolerance import EPS, Allowed, Floor, Floors, Tolerance
from onpar.parity.files.json_file import decode_json

SENSITIVITY = 1000
"""Another photo, and BGR, must each move the output by this many noise floors (DESIGN's gate)."""

DECODED_BY = "decoded_by"

DIGESTS = "digests"

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
    """A reference capture, with noise floor and gates by output name."""

    capture: Capture
    floors: Mapping[str, Floors]
    gates: Mapping[str, Gates]

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


def sealed(golden: Capture) -> Capture:
    """The golden with the digests of everything that affects a verdict."""
    digests = json.dumps(_digests(golden), sort_keys=True)
    return replace(golden, info=replace(golden.info, extra={**golden.info.extra, DIGESTS: digests}))


def _digests(golden: Capture) -> dict[str, str]:
    info = golden.info
    own = {key: info.extra.get(key, "") for key in JUDGING_KEYS}
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
        if floors.keys() != gates.keys():
            raise KeyError(f"floor or gates of output {min(floors.keys() ^ gates.keys())}")
        for name in floors:
            _check_groups(name, floors[name], capture.tensors[name])
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
    return Golden(capture, floors, gates)


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
    """The tolerance of output `name`, whose right value is `reference`; None: never measured.

    The floors were measured on the golden's inputs. An input that makes the output larger (for
    example one that was never normalised) makes the rounding and the floor larger too. The input
    stage is then to blame for the wrong input.
    """
    own = golden.capture.tensors[name]
    if artifact.tolerance is None:
        drawn = _map_of(artifact.model, name)
        if artifact.measured is None or drawn is None:
            return None
        shown = golden.capture.tensors[drawn]
        [usual], [peak] = peaks(own, None), peaks(reference, None)
        measured = artifact.measured.tolerance(
            varied(shown) >= MIN_VARIED_SHARE, _growth(peak, usual)
        )
        return Allowed(None, (measured,)) if measured else None
    floors = golden.floors[name]
    usuals, found = peaks(own, floors.axis), list[Tolerance]()
    now = usuals if reference is own else peaks(reference, floors.axis)
    mixed = unlike(own) if floors.axis is None else ""
    for index, (floor, peak, usual) in enumerate(zip(floors.each, now, usuals, strict=True)):
        growth = _growth(peak, usual)
        grown = Floor(floor.max_abs * growth, floor.rms * growth).at_least(peak)
        group = mixed or group_name(floors.axis, index)
        found.append(artifact.tolerance.tolerance(grown, group))
    return Allowed(floors.axis, tuple(found))


def _map_of(model: ModelSpec, output: str) -> str | None:
    """The class map or the mask that is made of this output; None: there is none."""
    maps = (one for one in after_run(model) if isinstance(one, Argmax | Threshold))
    return next(
        (one.makes[0] for one in maps if output_behind(model, one.takes[0]) == output), None
    )


def _growth(peak: float, usual: float) -> float:
    return max(1.0, peak / usual) if usual else 1.0


@dataclass(frozen=True)
class GoldenEntry:
    """A golden's file and its metadata, read without its tensors; `below` is the folder in which it
    was searched."""

    path: Path
    info: CaptureInfo
    below: Path = Path()


def index_goldens(folders: Iterable[Path]) -> tuple[list[GoldenEntry], list[CaptureError]]:
    """Every golden in the folders and below, in order of the folders, then of the file names. And
    for each file that cannot be read, the reason: the rows of a silently dropped golden would not
    be judged."""
    found, unreadable = list[GoldenEntry](), list[CaptureError]()
    paths = ((f, p) for f in folders for p in sorted(f.rglob("[!.]*.safetensors")))
    for folder, path in paths:
        try:
            info = read_info(path)
        except CaptureError as error:
            unreadable.append(error)
            continue
        if info.target == "reference":
            found.append(GoldenEntry(path, info, folder))
    return found, unreadable


def find_golden(entries: list[GoldenEntry], artifact: Artifact, case: str) -> GoldenEntry | None:
    """The golden of this recipe, weights and photo; else one in a folder of the same name, of the
    recipe, size and weights, which is then STALE_GOLDEN; None if there is neither. Raises
    CaptureError for two."""
    sources = next((c.digests for c in artifact.cases if c.name == case), None)
    wanted = (artifact.recipe_sha256, artifact.weights_sha256, sources)
    near = [
        e
        for e in entries
        if e.info.recipe == artifact.model.recipe and e.info.case == case
        if DECODED_BY not in e.info.extra
    ]
    exact = [
        e for e in near if (e.info.recipe_sha256, e.info.weights_sha256, e.info.sources) == wanted
    ]
    folder = artifact.options.with_weights(artifact.weights)
    stale = (e for e in near if e.path.parent.name == folder)
    return _only(exact) or next(stale, None)


def find_photo_golden(
    entries: list[GoldenEntry], artifact: Artifact, info: CaptureInfo
) -> GoldenEntry | None:
    """The golden that `onpar golden --from` made of the captured photo, under any case name. None
    for a photo, or a name, of the artifact's own cases: their goldens judge the decoding too.
    Raises CaptureError for two."""
    if any(info.case == c.name or info.sources == c.digests for c in artifact.cases):
        return None
    wanted = (artifact.recipe_sha256, artifact.weights_sha256, info.sources)
    made = (e for e in entries if DECODED_BY in e.info.extra)
    same = [
        e for e in made if (e.info.recipe_sha256, e.info.weights_sha256, e.info.sources) == wanted
    ]
    return _only(same)


def _only(same: list[GoldenEntry]) -> GoldenEntry | None:
    """The first of the goldens of one case; None without goldens.

    Raises CaptureError if its folder has a second one: the names of the files would decide which
    one judges. Weights with two names have a golden for each, in separate folders, and both judge
    alike.
    """
    for one in same[1:]:
        first, digests = same[0], one.info.extra.get(DIGESTS)
        alike = one.path.parent != first.path.parent and first.info.extra.get(DIGESTS) == digests
        if one.below == first.below and not alike:
            given = " --from CAPTURE" if DECODED_BY in one.info.extra else ""
            raise CaptureError(
                f"{one.path}: a second golden of case {one.info.case}, besides {first.path}, of "
                f"the same recipe, weights and photo; delete both, and run `onpar golden{given}`"
            )
    return next(iter(same), None)
