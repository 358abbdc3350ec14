"""Captures → verdicts, and the reference for inputs without a golden."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from onpar import __version__
from onpar.parity.contract.capture import Capture, Tensor, digest, read_capture
from onpar.parity.contract.sidecar import read_sidecar, sidecar_path
from onpar.parity.contract.spec import Artifact, RecipeOptions
from onpar.parity.judge.compare_targets import compare_targets
from onpar.parity.judge.file import NoReferenceError, model_inputs
from onpar.parity.judge.judge import judge
from onpar.parity.judge.repeats import repeated_elsewhere
from onpar.parity.judge.run import Row, Run, TargetState
from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import Verdict
from onpar.pipeline.build_folder.keys import key_of
from onpar.pipeline.capture.capture_files import find_captures
from onpar.pipeline.check.matching import Known, Pair, known_in, match, verdict_alone
from onpar.pipeline.check.max_drop import NO_MAP, shows_no_map
from onpar.pipeline.check.possible import other_unit
from onpar.pipeline.check.reference_cache import read_reference, reference_path
from onpar.pipeline.check.row_fault import fault
from onpar.pipeline.errors import OnparError
from onpar.pipeline.host import now
from onpar.pipeline.jobs.scheduler import Job, Watch, run_jobs
from onpar.pipeline.paths import Build
from onpar.pipeline.targets import TARGETS, missing

REFERENCE_JOB = "onpar.pipeline.check.reference_job"


class _ReferenceNeededError(Exception):
    """The judge needs outputs of the reference that have not been computed yet."""


@dataclass(frozen=True)
class Waiting:
    """A capture whose input still needs a run of the reference."""

    path: Path
    weights: Path | None
    artifact: Artifact


def check(
    captures: Sequence[Path],
    required: Sequence[Row],
    build: Build,
    watch: Watch,
    not_run: Sequence[Verdict] = (),
    expected: Sequence[Row] = (),
    max_drop: float | None = None,
) -> Run:
    """Judge the captures (files, or folders of them). `not_run` are rows without captures, because
    the caller could not make them; `expected` are rows that should have captures. `max_drop` is the
    percent of a class map or a mask that a lower precision may change, None: what each artifact
    says.

    A file that may be a capture and is not judged, and a sidecar or golden that cannot be read, are
    among the run's `problems`; everything else is judged. Raises OnparError for a path that does
    not exist.
    """
    found, known = find_captures(captures), known_in(build)
    first = [_judge(path, known, build, max_drop) for path in found.files]
    waiting = [one for one in first if isinstance(one, Waiting)]
    reasons = _run_references(waiting, build, watch)
    verdicts = []
    for one in first:
        again = (
            one if isinstance(one, Verdict) else _judge(one.path, known, build, max_drop, reasons)
        )
        assert isinstance(again, Verdict)
        verdicts.append(again)
    verdicts = repeated_elsewhere(verdicts)
    verdicts = [_compared(one, verdicts) for one in verdicts]
    verdicts += not_run
    return Run(
        onpar=__version__,
        created_at=now(),
        verdicts=tuple(verdicts),
        targets=tuple(_state(name, verdicts) for name in TARGETS),
        required=tuple(dict.fromkeys(required)),
        expected=tuple(dict.fromkeys(expected)),
        problems=(
            *found.problems,
            *known.problems,
            *_golden_problems(verdicts),
            *ambiguous(required, verdicts),
            *_limits_nothing(max_drop, verdicts),
        ),
    )


def _state(target: str, verdicts: Sequence[Verdict]) -> TargetState:
    found = {v.status for v in verdicts if v.target == target}
    judged = bool(found - {Status.UNLOADABLE, Status.UNJUDGED, Status.NOT_RUN})
    unjudged = Status.UNJUDGED in found
    return TargetState(target, judged, "its rows are UNJUDGED" if unjudged else missing(target))


def ambiguous(required: Sequence[Row], verdicts: Sequence[Verdict]) -> Iterator[str]:
    """A sentence if another recipe's row could satisfy a required row, as a required row does not
    name its recipe."""
    recipes = sorted({v.recipe for v in verdicts if v.info is not None})
    if required and len(recipes) > 1:
        yield (
            f"--require: the captures are of several recipes ({', '.join(recipes)}), and a "
            "required row does not say of which; check the captures of each recipe alone"
        )


def _limits_nothing(max_drop: float | None, verdicts: Sequence[Verdict]) -> Iterator[str]:
    """A sentence if there are models, and none of them shows what `max_drop` limits."""
    models = [v.artifact.model for v in verdicts if v.artifact]
    if max_drop is not None and models and all(map(shows_no_map, models)):
        yield f"--max-drop: {', '.join(sorted({one.recipe for one in models}))}: {NO_MAP}"


def _golden_problems(verdicts: Sequence[Verdict]) -> tuple[str, ...]:
    """A sentence about each golden that cannot judge its rows, which is wrong input, as with a
    sidecar."""
    said = {
        stage.detail if not verdict.golden else f"{verdict.golden}: {stage.detail}": None
        for verdict in verdicts
        for stage in verdict.stages
        if (stage.stage, stage.status) == ("golden", Status.UNREADABLE)
    }
    return tuple(said)


def _judge(
    path: Path,
    known: Known,
    build: Build,
    max_drop: float | None,
    reasons: Mapping[Path, str] | None = None,
) -> Verdict | Waiting:
    """Judge one capture; Waiting if the reference must run first. With `reasons` it has already
    run: missing outputs then cannot be computed, for the given reason.

    Raises nothing: an unexpected exception becomes the row's verdict, and other rows are still
    judged.
    """
    pair: Pair | Verdict | None = None
    try:
        pair = match(path, known)
        if isinstance(pair, Verdict):
            return pair
        return _judge_pair(pair, build, max_drop, reasons)
    except Exception as error:
        paired = pair if isinstance(pair, Pair) else None
        return verdict_alone(
            path,
            paired.capture.info if paired else None,
            fault(error, str(path)),
            paired.artifact if paired else None,
        )


def _judge_pair(
    pair: Pair, build: Build, max_drop: float | None, reasons: Mapping[Path, str] | None
) -> Verdict | Waiting:
    path, artifact = pair.path, pair.artifact

    def reference(capture: Capture) -> Mapping[str, Tensor]:
        inputs = digest(model_inputs(capture, artifact.model))
        kept = reference_path(build.references, _module_key(pair.weights, artifact, build), inputs)
        outputs = read_reference(kept)
        if outputs is not None:
            return outputs
        if reasons is None:
            raise _ReferenceNeededError
        raise NoReferenceError(
            "the input is not the golden's, so the reference must run on it, but cannot: "
            + reasons.get(path, "it was not tried")
        )

    try:
        verdict = judge(pair.capture, artifact, pair.golden, reference, pair.program, max_drop)
    except _ReferenceNeededError:
        return Waiting(path, pair.weights, artifact)
    info = pair.capture.info
    places = [info.device if TARGETS[info.target].device else "", other_unit(info)]
    if TARGETS[info.target].manual:
        places = [f"{info.runtime} {info.runtime_version}"]
    device = ", ".join(filter(None, places))
    golden = str(pair.program_path or pair.golden_path)
    of_float = str(pair.golden_path) if pair.program_path else ""
    return replace(verdict, capture=str(path), golden=golden, of_float=of_float, device=device)


def _compared(verdict: Verdict, verdicts: Sequence[Verdict]) -> Verdict:
    """The verdict, with its distance from the capture of the same file on the `compare_with`
    target."""
    target, info, artifact = TARGETS.get(verdict.target), verdict.info, verdict.artifact
    if target is None or not target.compare_with or info is None or artifact is None:
        return verdict
    if not verdict.capture:
        return verdict
    for other in verdicts:
        same = other.info and other.info.artifact_sha256 == info.artifact_sha256
        wanted = (target.compare_with, verdict.recipe, verdict.case)
        if same and other.capture and (other.target, other.recipe, other.case) == wanted:
            try:
                mine, others = (read_capture(Path(one.capture)) for one in (verdict, other))
                said = compare_targets(mine, others, artifact)
            except Exception as error:  # The sentence is extra: the row keeps its verdict.
                said = f"not compared: {fault(error, verdict.capture).detail}"
            return replace(verdict, compared=said and f"Compared with {other.place}: {said}.")
    return verdict


def _module_key(weights: Path | None, artifact: Artifact, build: Build) -> str:
    """The hash of all that makes the reference's module. It includes the key of the weights
    artifact, which covers a user's recipe file: that may build another module with the same
    weights."""
    # Most captures have the golden's inputs, and do not need it.
    from onpar.pipeline.build_folder.code import code_of
    from onpar.pipeline.recipes import modules_of

    made_by = read_sidecar(sidecar_path(weights)).key if weights else artifact.weights_sha256
    modules = (REFERENCE_JOB, *modules_of(artifact.model.recipe))
    return key_of(weights=made_by, code=code_of(build).digest(*modules))


def _run_references(waiting: Sequence[Waiting], build: Build, watch: Watch) -> dict[Path, str]:
    """Run the reference on the captures' own inputs, in one process for each set of weights. Gives
    the reason for each capture on which it failed."""
    reasons: dict[Path, str] = {}
    batches: dict[tuple[Path, str, RecipeOptions], list[Path]] = {}
    for one in waiting:
        if one.weights is None:
            reasons[one.path] = "its weights are not in the build folder; run `onpar export`"
        else:
            key = (one.weights, _module_key(one.weights, one.artifact, build), one.artifact.options)
            batches.setdefault(key, []).append(one.path)
    for (weights, module_key, options), paths in batches.items():
        arguments = {
            "options": msgspec.to_builtins(options),
            "weights": str(weights),
            "module_key": module_key,
            "captures": [str(path) for path in paths],
            "cache": str(build.references),
        }
        job = Job("reference", f"{REFERENCE_JOB}:run_references", arguments, 1, 4 << 30)
        [done] = run_jobs([job], build.logs, watch)
        if done.error:
            reasons |= dict.fromkeys(paths, done.error)
        else:
            reasons |= {Path(path): why for path, why in done.result.items()}
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
