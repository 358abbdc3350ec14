"""Captures → verdicts: finds the artifact and the golden of each capture, and judges it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from parity.capture import Capture, CaptureError, Tensor, digest, read_capture
from parity.golden import Golden, GoldenEntry, find_golden, index_goldens, read_golden
from parity.judge import judge
from parity.run import Row, Run, TargetState
from parity.spec import Artifact, RecipeOptions, SpecError, read_sidecar
from parity.stages import NoReferenceError
from parity.status import Status
from parity.verdict import StageVerdict, Verdict
from pipeline import __version__
from pipeline.errors import OnparError
from pipeline.host import now
from pipeline.jobs import Job, Watch, run_jobs
from pipeline.paths import COMMITTED_GOLDENS, Build
from pipeline.reference_cache import read_reference, reference_path
from pipeline.targets import TARGETS


@dataclass(frozen=True)
class Known:
    """What there is to judge by: artifacts with their files, and goldens."""

    artifacts: tuple[tuple[Path, Artifact], ...]
    goldens: list[GoldenEntry]


class _ReferenceNeededError(Exception):
    """The judge asks for outputs of the reference that have not been computed yet."""


@dataclass(frozen=True)
class Waiting:
    """A capture whose own input the reference has not run on yet."""

    path: Path
    weights: Path | None
    artifact: Artifact


@dataclass(frozen=True)
class Pair:
    """A capture, and what it is judged by."""

    path: Path
    capture: Capture
    weights: Path | None
    artifact: Artifact
    golden: Golden
    golden_path: Path


def check(
    captures: Sequence[Path],
    required: Sequence[Row],
    build: Build,
    watch: Watch,
    not_run: Sequence[Verdict] = (),
) -> Run:
    """Judge the captures (files, or folders of them). What was given is required, besides
    `required`; `not_run` are rows that the caller could not make captures for.

    Raises OnparError for a path that does not exist, and for a sidecar or golden that cannot be
    read: without them nothing can be judged.
    """
    known = _known(build)
    first = [_judge(path, known, build) for given in captures for path in _files(given)]
    waiting = [one for one in first if isinstance(one, Waiting)]
    reasons = _run_references(waiting, build, watch)
    verdicts = list(not_run)
    for one in first:
        again = one if isinstance(one, Verdict) else _judge(one.path, known, build, reasons)
        assert isinstance(again, Verdict)
        verdicts.append(again)
    unjudged = (Status.UNJUDGED, Status.NOT_RUN)
    judged = {v.target for v in verdicts if v.status not in unjudged}
    return Run(
        onpar=__version__,
        created_at=now(),
        verdicts=tuple(verdicts),
        targets=tuple(
            TargetState(name, name in judged, target.needs) for name, target in TARGETS.items()
        ),
        required=tuple(dict.fromkeys([*map(_row, verdicts), *required])),
    )


def _row(verdict: Verdict) -> Row:
    return Row(verdict.target, verdict.variant, verdict.case)


def _files(given: Path) -> list[Path]:
    if given.is_dir():
        # A folder of captures is named after its artifact, which may be a .safetensors itself.
        return sorted(p for p in given.rglob("[!.]*.safetensors") if not p.is_dir())
    if not given.exists():
        raise OnparError(
            f"{given}: no such capture file or folder; make captures with `make parity`"
        )
    return [given]


def _known(build: Build) -> Known:
    try:
        sidecars = sorted(build.artifacts.glob("[!.]*.json"))
        return Known(
            tuple((path.with_suffix(""), read_sidecar(path)) for path in sidecars),
            index_goldens([build.goldens, COMMITTED_GOLDENS]),
        )
    except (SpecError, CaptureError) as error:
        raise OnparError(str(error)) from error


def _judge(
    path: Path, known: Known, build: Build, reasons: Mapping[Path, str] | None = None
) -> Verdict | Waiting:
    """Judge one capture; Waiting where the reference must run first. With `reasons` it has been
    tried: what is not there then cannot be had, for the reason given."""
    pair = _pair(path, known)
    if isinstance(pair, Verdict):
        return pair
    artifact = pair.artifact

    def reference(capture: Capture) -> Mapping[str, Tensor]:
        inputs = digest(capture.group("input"))
        kept = reference_path(build.references, artifact.weights_sha256, inputs)
        outputs = read_reference(kept)
        if outputs is not None:
            return outputs
        if reasons is None:
            raise _ReferenceNeededError
        raise NoReferenceError(
            "the input is not the golden's, so the reference must run on it, and could not: "
            + reasons.get(path, "it was not tried")
        )

    try:
        verdict = judge(pair.capture, artifact, pair.golden, reference)
    except _ReferenceNeededError:
        return Waiting(path, pair.weights, artifact)
    return replace(verdict, capture=str(path), golden=str(pair.golden_path))


def _pair(path: Path, known: Known) -> Pair | Verdict:
    """The capture with its artifact and golden, or the verdict where one of them is missing."""
    try:
        capture = read_capture(path)
    except CaptureError as error:
        return _alone(path, None, "file", Status.UNREADABLE, str(error))
    info = capture.info
    if info.target not in TARGETS:
        known_targets = ", ".join(TARGETS)
        detail = f"its target is {info.target!r}, expected one of {known_targets}; capture again"
        if info.target == "reference":
            detail = "this is a golden, which agrees with itself; give a target's capture of it"
        return _alone(path, capture, "identity", Status.UNJUDGED, detail)
    found = max(
        known.artifacts,
        key=lambda entry: (
            entry[1].sha256 == info.artifact_sha256,
            entry[1].file == info.artifact,
            entry[1].recipe_sha256 == info.recipe_sha256,
        ),
        default=None,
    )
    if not found or (found[1].sha256 != info.artifact_sha256 and found[1].file != info.artifact):
        detail = (
            f"{info.artifact}: no exported artifact of this name or of digest "
            f"{info.artifact_sha256[:16]}… is known; export it, or name its --build folder"
        )
        return _alone(path, capture, "artifact", Status.UNJUDGED, detail)
    artifact = found[1]
    entry = find_golden(known.goldens, artifact, info.case)
    if entry is None:
        detail = f"no golden for {artifact.model.recipe}, case {info.case}: run `onpar golden`"
        if info.case not in {case.name for case in artifact.cases}:
            names = ", ".join(case.name for case in artifact.cases)
            detail = f"case {info.case!r} is none of the artifact's ({names}); capture those"
            return _alone(path, capture, "identity", Status.WRONG_CASE, detail, artifact)
        return _alone(path, capture, "golden", Status.UNJUDGED, detail, artifact)
    try:
        golden = read_golden(entry.path)
    except CaptureError as error:
        return _alone(path, capture, "golden", Status.UNREADABLE, str(error), artifact)
    return Pair(path, capture, _weights(known, artifact), artifact, golden, entry.path)


def _weights(known: Known, artifact: Artifact) -> Path | None:
    paths = (path for path, a in known.artifacts if a.sha256 == artifact.weights_sha256)
    return next((path for path in paths if path.exists()), None)


def _alone(
    path: Path,
    capture: Capture | None,
    stage: str,
    status: Status,
    detail: str,
    artifact: Artifact | None = None,
) -> Verdict:
    """A verdict on a capture that could not be held against anything."""
    info = capture.info if capture else None
    return Verdict(
        recipe=info.recipe if info else "unknown",
        target=info.target if info else "unknown",
        variant=artifact.variant if artifact else "unknown",
        case=info.case if info else path.name,
        stages=(StageVerdict(stage, status, detail),),
        capture=str(path),
        info=info,
        artifact=artifact,
    )


def _run_references(waiting: Sequence[Waiting], build: Build, watch: Watch) -> dict[Path, str]:
    """Run the reference on the captures' own inputs, in one process for all of the same weights.
    Gives the reason for each capture where it could not."""
    reasons: dict[Path, str] = {}
    batches: dict[tuple[Path, str, RecipeOptions], list[Path]] = {}
    for one in waiting:
        if one.weights is None:
            reasons[one.path] = "its weights are not in the build folder; run `onpar export`"
        else:
            key = (one.weights, one.artifact.weights_sha256, one.artifact.options)
            batches.setdefault(key, []).append(one.path)
    for (weights, sha256, options), paths in batches.items():
        arguments = {
            "options": msgspec.to_builtins(options),
            "weights": str(weights),
            "weights_sha256": sha256,
            "captures": [str(path) for path in paths],
            "cache": str(build.references),
        }
        job = Job("reference", "pipeline.reference:run_references", arguments, 1, 4 << 30)
        [done] = run_jobs([job], build.logs, watch)
        if done.error:
            reasons |= dict.fromkeys(paths, done.error)
    return reasons


def parse_row(text: str) -> Row:
    """`TARGET:VARIANT:CASE`. Raises OnparError for anything else."""
    parts = text.split(":")
    if len(parts) != 3 or not all(parts):
        raise OnparError(
            f"--require {text!r}: expected TARGET:VARIANT:CASE, such as "
            "onnxruntime:onnx-fp32-tensor:coffee"
        )
    if parts[0] not in TARGETS:
        raise OnparError(f"--require {text!r}: unknown target; known: {', '.join(TARGETS)}")
    return Row(*parts)
