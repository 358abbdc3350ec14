"""Artifacts → captures: every target that can run here runs every artifact of its formats."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from exporters import VARIANTS
from parity.atomic import sweep
from parity.spec import read_sidecar, sidecar_path
from pipeline.capture_job import Runs, capture_key, stale
from pipeline.capture_outside import outside_key
from pipeline.errors import OnparError
from pipeline.export import Exported
from pipeline.jobs import Done, Job, Watch, run_jobs
from pipeline.paths import Build
from pipeline.recipe import Recipe
from pipeline.targets import TARGETS, lacks, refusal, takers

MEMORY = 2 << 30
"""Bytes that a target takes to run a DeepLabV3 at 400×400 (onnxruntime, ResNet-101: 1.3e9)."""


@dataclass(frozen=True)
class Captured:
    """One target on one artifact: its capture files, or why there are none: it failed with an
    `error`, or the model was `refused`, as the target cannot run such ones."""

    target: str
    variant: str
    paths: tuple[Path, ...]
    fresh: bool
    seconds: float
    error: str = ""
    refused: str = ""

    @property
    def failure(self) -> str:
        """What failed, and why."""
        return f"capture {self.target} {self.variant}: {self.error}"


@dataclass(frozen=True)
class PlannedCapture:
    """A target to run on an artifact, the captures that it makes, and the job where one is due; or
    why it cannot run such a model."""

    target: str
    variant: str
    paths: tuple[Path, ...]
    job: Job | None
    refused: str = ""


def capture(
    recipe: Recipe,
    artifacts: Sequence[Exported],
    targets: Sequence[str],
    runs: Runs,
    build: Build,
    watch: Watch,
) -> list[Captured]:
    """Run each artifact on each of the targets (all where none is named) that takes its format.

    Raises OnparError as `check_targets` does.
    """
    files = {one.variant: one.path for one in artifacts if one.artifact}
    planned = plan_captures(recipe, files, {}, targets, runs, build)
    done = run_jobs([one.job for one in planned if one.job], build.logs, watch)
    return collect_captures(planned, done)


def plan_captures(
    recipe: Recipe,
    files: Mapping[str, Path],
    exports: Mapping[str, Job],
    targets: Sequence[str],
    runs: Runs,
    build: Build,
) -> list[PlannedCapture]:
    """What must be run, of the artifacts `files` by variant; `exports` has the jobs that make some
    of them. One that takes every core runs alone: two at once would measure each other."""
    check_targets(targets)
    runs = replace(runs, threads=runs.threads or os.cpu_count() or 1)
    planned = []
    for name, path in files.items():
        for target in takers(VARIANTS[name].format):
            if targets and target not in targets:
                continue
            refused = refusal(target, recipe.model)
            if refused:
                planned.append(PlannedCapture(target, name, (), None, refused))
            else:
                made_by = exports.get(name)
                planned.append(_plan(recipe, name, path, made_by, target, runs, build))
    return planned


def collect_captures(planned: Sequence[PlannedCapture], done: Sequence[Done]) -> list[Captured]:
    """What became of the planned captures, once their jobs are done."""
    ended = {one.job.name: one for one in done}
    captured = []
    for one in planned:
        end = ended[one.job.name] if one.job else None
        error = end.error if end else ""
        paths = () if error else one.paths
        seconds = end.seconds if end else 0.0
        captured.append(
            Captured(one.target, one.variant, paths, bool(end), seconds, error, one.refused)
        )
    return captured


def check_targets(names: Sequence[str]) -> None:
    """Raises OnparError for a target that is unknown, or cannot run here."""
    for name in names:
        if name not in TARGETS:
            raise OnparError(f"unknown target {name!r}; known: {', '.join(TARGETS)}")
        if lacks(name):
            raise OnparError(f"target {name!r} cannot run here: {lacks(name)}")


def _plan(
    recipe: Recipe,
    variant: str,
    path: Path,
    export: Job | None,
    target: str,
    runs: Runs,
    build: Build,
) -> PlannedCapture:
    folder = build.captures / target / path.name
    paths = tuple(folder / f"{case.name}.safetensors" for case in recipe.cases())
    if export is None:
        artifact = read_sidecar(sidecar_path(path))
        outside = TARGETS[target].outside
        key = (
            outside_key(target, artifact, runs)
            if outside
            else capture_key(target, artifact, runs, recipe)
        )
        if not stale(artifact, folder, key):
            return PlannedCapture(target, variant, paths, None)
    folder.mkdir(parents=True, exist_ok=True)
    sweep(folder)
    # PyTorch's qnnpack runs on one thread, whatever it is told (measured: 2 threads 4.0 s, 1 4.0).
    cores = 1 if VARIANTS[variant].engine == "qnnpack" else os.cpu_count() or 1
    arguments = {
        "target": target,
        "artifact": str(path),
        "folder": str(folder),
        "runs": asdict(runs),
    }
    call = "pipeline.capture_job:capture_artifact"
    if TARGETS[target].outside:
        call = "pipeline.capture_outside:capture_outside"
    name = f"capture {target} {variant}"
    after = (export.name,) if export else ()
    return PlannedCapture(target, variant, paths, Job(name, call, arguments, cores, MEMORY, after))
