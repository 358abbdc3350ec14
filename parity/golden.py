"""Goldens: captures of the reference that carry what is needed to judge by them.

A golden is an `onpar-capture/1` whose target is `reference` and whose runtime is `pytorch-eager`:
float64 on the float32 input, outputs rounded to float32. Its metadata has three keys more:

    golden_key     hash of everything that made it: made again only when this changes
    floor          {output: {"max_abs", "rms"}}: the noise floor, worst over the recipe's cases
    gates          {output: {"peak", "moved_by_photo", "moved_by_bgr"}}: max|ref|, and the largest
                   change of the output for another case and for swapped red and blue (null
                   where the output has nothing of a photo in it)

One that `onpar golden --from CAPTURE` made, of a photo that is none of the recipe's, has one more:

    decoded_by     the target of that capture. The golden's `decoded` is what that target decoded,
                   so it says nothing about whether the decoding is right
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import msgspec

from parity.capture import Capture, CaptureError, CaptureInfo, read_capture, read_info
from parity.classmap import VARIED, varied
from parity.spec import Artifact
from parity.tolerance import EPS, Floor, Tolerance

SENSITIVITY = 1000
"""Another photo, and BGR, must each move the output by this many noise floors (DESIGN's gate)."""

DECODED_BY = "decoded_by"

CONDITIONING = 1000
"""The noise floor must stay under this many eps·max|ref|."""


@dataclass(frozen=True)
class Gates:
    """What was measured to decide whether a golden is worth comparing with; output's unit.

    `moved_by_photo` is of the whole of another case's inputs. `moved_by_bgr` is None without a
    photo, and for an output that only other inputs go into.
    """

    peak: float
    moved_by_photo: float
    moved_by_bgr: float | None

    @property
    def least(self) -> float:
        """What the output moves by at least when it should."""
        return min(
            self.moved_by_photo,
            self.moved_by_photo if self.moved_by_bgr is None else self.moved_by_bgr,
        )


@dataclass(frozen=True)
class Golden:
    """A reference capture, with noise floor and gates by output name."""

    capture: Capture
    floors: Mapping[str, Floor]
    gates: Mapping[str, Gates]

    @property
    def decoded_by(self) -> str:
        """The target whose `decoded` this golden was made from; empty where it is the
        reference's own."""
        return self.capture.info.extra.get(DECODED_BY, "")


def golden_metadata(
    key: str, floors: Mapping[str, Floor], gates: Mapping[str, Gates], decoded_by: str = ""
) -> dict[str, str]:
    """The metadata that makes a capture a golden."""
    return {
        **({DECODED_BY: decoded_by} if decoded_by else {}),
        "golden_key": key,
        "floor": json.dumps({name: asdict(floor) for name, floor in sorted(floors.items())}),
        "gates": json.dumps({name: asdict(gate) for name, gate in sorted(gates.items())}),
    }


def read_golden(path: Path) -> Golden:
    """Read a golden. Raises CaptureError where it is none, or where its floor is no number."""
    capture = read_capture(path)
    extra = capture.info.extra
    try:
        floors = msgspec.json.decode(extra["floor"], type=dict[str, Floor])
        gates = msgspec.json.decode(extra["gates"], type=dict[str, Gates])
        missing = capture.group("output").keys() - (floors.keys() & gates.keys())
        if missing:
            raise KeyError(f"floor or gates of output {min(missing)}")
    except (KeyError, msgspec.MsgspecError, RecursionError) as error:
        raise CaptureError(
            f"{path}: not a golden to judge by ({error}); make it again with `onpar golden`"
        ) from error
    return Golden(capture, floors, gates)


def gate_failures(golden: Golden) -> tuple[str | None, str | None]:
    """Why the golden is INSENSITIVE, and why ILL_CONDITIONED; None where it is not."""
    insensitive = ill_conditioned = None
    for name, gate in golden.gates.items():
        floor = golden.floors[name].max_abs
        other = "another case" if gate.moved_by_bgr is None else "another photo"
        for what, moved in ((other, gate.moved_by_photo), ("BGR", gate.moved_by_bgr)):
            if moved is not None and not moved >= SENSITIVITY * floor:
                insensitive = (
                    f"{what} moves output {name!r} by {moved:.3g}, less than {SENSITIVITY} times "
                    f"its noise floor {floor:.3g}: agreeing with this golden proves little; "
                    "use trained weights (a random initialisation may let nothing of it through), "
                    "or seeded:N where the recipe has them"
                )
        if not floor < CONDITIONING * EPS * gate.peak:
            ill_conditioned = (
                f"float32 eager itself is {floor:.3g} away from float64 on output {name!r}, "
                f"{CONDITIONING} eps of its peak {gate.peak:.3g} or more: no runtime can be judged "
                "by it; use better conditioned weights"
            )
    return insensitive, ill_conditioned


def output_tolerance(
    artifact: Artifact, golden: Golden, name: str, peak: float
) -> Tolerance | None:
    """What output `name` may be off by where max|reference| is `peak`; None: never measured.

    The floor was measured on the golden's inputs. On an input that makes the output larger (one
    that was never normalised, say) rounding grows with it, and so does the floor; the wrong input
    is the input stage's to blame.
    """
    classmap = artifact.model.classmap
    floor = golden.floors[name]
    usual = golden.gates[name].peak
    growth = max(1.0, peak / usual) if usual else 1.0
    if artifact.tolerance is None:
        if artifact.measured is None or classmap is None or name != classmap.output:
            return None
        shown = golden.capture.tensors["classmap"]
        return artifact.measured.tolerance(varied(shown) >= VARIED, growth)
    grown = Floor(floor.max_abs * growth, floor.rms * growth)
    return artifact.tolerance.tolerance(grown.at_least(peak))


@dataclass(frozen=True)
class GoldenEntry:
    """A golden's file and its metadata, read without its tensors."""

    path: Path
    info: CaptureInfo


def index_goldens(folders: Iterable[Path]) -> list[GoldenEntry]:
    """Every golden in the folders and below, in order of the folders, then of the file names.

    An unreadable file raises CaptureError: a golden that silently drops out would leave its rows
    without a judge.
    """
    paths = (path for folder in folders for path in sorted(folder.rglob("[!.]*.safetensors")))
    return [
        GoldenEntry(path, info) for path in paths if (info := read_info(path)).target == "reference"
    ]


def find_golden(entries: list[GoldenEntry], artifact: Artifact, case: str) -> GoldenEntry | None:
    """The golden of this recipe, weights and photo; else the nearest one of the recipe and case,
    which is then STALE_GOLDEN; None where there is none at all."""
    source = next((c.sha256 for c in artifact.cases if c.name == case), None)
    wanted = (artifact.recipe_sha256, artifact.weights_sha256, source)
    near = [
        e
        for e in entries
        if e.info.recipe == artifact.model.recipe and e.info.case == case
        if DECODED_BY not in e.info.extra
    ]
    exact = [
        e
        for e in near
        if (e.info.recipe_sha256, e.info.weights_sha256, e.info.source_sha256) == wanted
    ]
    return next(iter(exact or near), None)


def find_photo_golden(
    entries: list[GoldenEntry], artifact: Artifact, info: CaptureInfo
) -> GoldenEntry | None:
    """The golden that `onpar golden --from` made of the photo that was captured, whatever the case
    is called. None for a photo, or a name, of the artifact's own cases: those have goldens that
    judge the decoding too."""
    if any(info.case == c.name or info.source_sha256 == c.sha256 for c in artifact.cases):
        return None
    wanted = (artifact.recipe_sha256, artifact.weights_sha256, info.source_sha256)
    made = (e for e in entries if DECODED_BY in e.info.extra)
    same = (
        e
        for e in made
        if (e.info.recipe_sha256, e.info.weights_sha256, e.info.source_sha256) == wanted
    )
    return next(same, None)
