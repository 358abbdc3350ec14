"""The artifact and the golden of a capture, or why one of them is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from onpar.parity.contract.capture import (
    Capture,
    CaptureError,
    CaptureInfo,
    read_capture,
    read_info,
)
from onpar.parity.contract.golden import Golden, read_golden
from onpar.parity.contract.golden.find import (
    GoldenEntry,
    find_golden,
    find_photo_golden,
    find_program,
    index_goldens,
)
from onpar.parity.contract.sidecar import read_sidecar
from onpar.parity.contract.spec import Artifact, SpecError
from onpar.parity.files.regular_file import read_regular
from onpar.parity.judge.presence import wanted
from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import StageVerdict, Verdict
from onpar.pipeline.check.possible import impossible, unknown_target
from onpar.pipeline.paths import COMMITTED_GOLDENS, Build, unknown_path

CASES = 8
"""How many goldens are kept in memory."""


@dataclass(frozen=True)
class Known:
    """The known artifacts with their files, the known goldens, and a sentence about each of their
    files that cannot be read."""

    artifacts: tuple[tuple[Path, Artifact], ...]
    goldens: list[GoldenEntry]
    problems: tuple[str, ...] = ()
    programs: Path = Path()
    golden: Callable[[Path], Golden] = read_golden

    def why(self, artifact: Artifact, case: str, capture: Path) -> str:
        """Why the artifact's program has no golden for a case, which is in the file `capture`."""
        unknown = unknown_path(self.programs, artifact.file)
        try:
            return f"it cannot be computed in float64 ({read_regular(unknown).decode()})"
        except OSError:
            pass
        if case not in {one.name for one in artifact.cases}:
            return (
                f"compute it: `onpar golden --from {capture}`; where that is refused, make the "
                "photo a case of the recipe, and run `onpar parity`"
            )
        return "export it again: `onpar export`"


@dataclass(frozen=True)
class Pair:
    """A capture with its artifact and its golden; for a precision below float32 also that of its
    program, or why it is not known."""

    path: Path
    capture: Capture
    weights: Path | None
    artifact: Artifact
    golden: Golden
    golden_path: Path
    program: Golden | str = ""
    program_path: Path | None = None


def known_in(build: Build) -> Known:
    """Everything in the build folder, and the committed goldens."""
    artifacts, problems = list[tuple[Path, Artifact]](), list[str]()
    for path in sorted(build.artifacts.glob("[!.]*.json")):
        try:
            artifact = read_sidecar(path)
        except SpecError as error:
            problems.append(str(error))
            continue
        if artifact.file == path.stem:
            artifacts.append((path.with_suffix(""), artifact))
        else:
            problems.append(
                f"{path}: is the sidecar of {artifact.file}, but is named after another file; give "
                "both their original names, or run `onpar export`"
            )
    goldens, unreadable = index_goldens([build.goldens, build.programs, COMMITTED_GOLDENS])
    problems += [f"{one}, or make this golden again with `onpar golden`" for one in unreadable]
    # Every artifact's captures are of the same few cases.
    reader = lru_cache(CASES)(read_golden)
    return Known(tuple(artifacts), goldens, tuple(problems), build.programs, reader)


def match(path: Path, known: Known) -> Pair | Verdict:
    """The capture with its artifact and golden, or the verdict if one of them is missing."""
    try:
        info = read_info(path)
    except CaptureError as error:
        return _alone(path, None, "file", Status.UNREADABLE, str(error))
    unknown = unknown_target(info)
    if unknown:
        return _alone(path, info, unknown.stage, unknown.status, unknown.detail)
    artifact = artifact_of(info, known.artifacts)
    if artifact is None:
        detail = (
            f"{info.artifact}: no exported artifact of this name or of digest "
            f"{info.artifact_sha256[:16]}… is known; export it, or name its --build folder"
        )
        return _alone(path, info, "artifact", Status.UNJUDGED, detail)
    fault = impossible(info, artifact)
    if fault:
        return _alone(path, info, fault.stage, fault.status, fault.detail, artifact)
    try:
        entry = find_photo_golden(known.goldens, artifact, info)
        entry = entry or find_golden(known.goldens, artifact, info.case)
    except CaptureError as error:
        return _alone(path, info, "golden", Status.UNREADABLE, str(error), artifact)
    if entry is None:
        if info.case not in {case.name for case in artifact.cases}:
            names = ", ".join(case.name for case in artifact.cases)
            detail = (
                f"case {info.case!r} is not a case of the artifact ({names}); capture those, or "
                f"make a golden of this photo: `onpar golden --from {path}`"
            )
            return _alone(path, info, "identity", Status.WRONG_CASE, detail, artifact)
        model = artifact.options.with_weights(artifact.weights)
        detail = (
            f"no golden of {model}, case {info.case}: run `onpar golden` with the --recipe, --size "
            "and --weights that it was exported with"
        )
        return _alone(path, info, "golden", Status.UNJUDGED, detail, artifact)
    try:
        golden = known.golden(entry.path)
    except CaptureError as error:
        return _alone(path, info, "golden", Status.UNREADABLE, str(error), artifact)
    try:
        capture = read_capture(path, wanted(artifact))
    except CaptureError as error:
        return _alone(path, info, "file", Status.UNREADABLE, str(error), artifact)
    pair = Pair(path, capture, weights_of(artifact, known.artifacts), artifact, golden, entry.path)
    return _with_program(pair, known) if artifact.is_lower else pair


def _with_program(pair: Pair, known: Known) -> Pair | Verdict:
    artifact, info = pair.artifact, pair.capture.info
    try:
        entry = find_program(known.goldens, artifact, pair.golden.capture.info)
        if entry:
            return replace(pair, program=read_golden(entry.path), program_path=entry.path)
    except CaptureError as error:
        return _alone(pair.path, info, "golden", Status.UNREADABLE, str(error), artifact)
    return replace(pair, program=known.why(artifact, info.case, pair.path))


def artifact_of(info: CaptureInfo, known: Iterable[tuple[Path, Artifact]]) -> Artifact | None:
    """The artifact that a capture names, among those with its file name or its bytes; None if there
    is none.

    What the capture says comes before what it loaded: its recipe, then its file's name, then the
    digests of its recipe and weights, and its bytes last. Two recipes may export equal bytes, and a
    stale file may have the bytes of another artifact: the verdict then names the wrong claim.
    """
    candidates = [
        a for _, a in known if info.artifact == a.file or info.artifact_sha256 == a.sha256
    ]
    return max(
        candidates,
        key=lambda artifact: (
            artifact.model.recipe == info.recipe,
            artifact.file == info.artifact,
            artifact.recipe_sha256 == info.recipe_sha256,
            artifact.weights_sha256 == info.weights_sha256,
            artifact.sha256 == info.artifact_sha256,
        ),
        default=None,
    )


def weights_of(artifact: Artifact, known: Iterable[tuple[Path, Artifact]]) -> Path | None:
    """The file of the weights that an artifact was exported from; None if it is not known."""
    same = [(p, a) for p, a in known if a.sha256 == artifact.weights_sha256]
    # Recipes or sizes may share weights: those of the artifact come first.
    same.sort(key=lambda entry: entry[1].options != artifact.options)
    return next((path for path, _ in same if path.exists()), None)


def _alone(
    path: Path,
    info: CaptureInfo | None,
    stage: str,
    status: Status,
    detail: str,
    artifact: Artifact | None = None,
) -> Verdict:
    return verdict_alone(path, info, StageVerdict(stage, status, detail), artifact)


def verdict_alone(
    path: Path, info: CaptureInfo | None, stage: StageVerdict, artifact: Artifact | None = None
) -> Verdict:
    """A verdict on a capture that could not be compared with anything."""
    return Verdict(
        recipe=info.recipe if info else "unknown",
        target=info.target if info else "unknown",
        variant=artifact.variant if artifact else "unknown",
        case=info.case if info else path.name,
        stages=(stage,),
        capture=str(path),
        info=info,
        artifact=artifact,
    )
