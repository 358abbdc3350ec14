"""Artifacts → captures: every target that can run here runs every artifact of its formats."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from parity.atomic import sweep
from pipeline.errors import OnparError
from pipeline.export import Exported
from pipeline.jobs import Done, Job, Watch, run_jobs
from pipeline.keys import kept_key, key_of, source_digest
from pipeline.paths import ROOT, Build
from pipeline.recipe import Recipe
from pipeline.targets import TARGETS, here, takers

CAPTURE_SOURCES = tuple(
    ROOT / name
    for name in (
        "parity/capture.py",
        "parity/classmap.py",
        "parity/colour.py",
        "parity/fit.py",
        "parity/image.py",
        "parity/orientation.py",
        "parity/resize.py",
        "pipeline/capture_job.py",
        "pipeline/run_module.py",
    )
)
"""Whatever shapes a capture made here, besides the artifact and the target's own file."""


@dataclass(frozen=True)
class Captured:
    """One target on one artifact: its capture files, or why there are none."""

    target: str
    variant: str
    paths: tuple[Path, ...]
    fresh: bool
    seconds: float
    error: str = ""

    @property
    def failure(self) -> str:
        """What failed, and why."""
        return f"capture {self.target} {self.variant}: {self.error}"


@dataclass(frozen=True)
class Runs:
    """How to run: threads (0: all cores), unmeasured runs, measured runs."""

    threads: int = 0
    warmup: int = 1
    measured: int = 3


def capture(
    recipe: Recipe,
    artifacts: Sequence[Exported],
    targets: Sequence[str],
    runs: Runs,
    build: Build,
    watch: Watch,
) -> list[Captured]:
    """Run each artifact on each of the targets that takes its format, one after another: two at
    once would measure each other. Raises OnparError as `check_targets` does."""
    check_targets(targets)
    captured = []
    for exported in artifacts:
        for name in takers(exported.format):
            if exported.artifact and (not targets or name in targets):
                captured.append(_capture(recipe, exported, name, runs, build, watch))
    return captured


def check_targets(names: Sequence[str]) -> None:
    """Raises OnparError for a target that is unknown, or cannot run here."""
    for name in names:
        if name not in TARGETS:
            raise OnparError(f"unknown target {name!r}; known: {', '.join(TARGETS)}")
        if name not in here():
            raise OnparError(f"target {name!r} cannot run here: {TARGETS[name].needs}")


def _capture(
    recipe: Recipe, exported: Exported, target: str, runs: Runs, build: Build, watch: Watch
) -> Captured:
    artifact = exported.artifact
    assert artifact is not None
    folder = build.captures / target / artifact.file
    module = ROOT / (TARGETS[target].module.replace(".", "/") + ".py")
    threads = runs.threads or os.cpu_count() or 1
    key = key_of(
        artifact=artifact.sha256,
        sidecar=artifact.key,
        sources=source_digest([*CAPTURE_SOURCES, module, *recipe.sources]),
        versions={name: version(name) for name in ("torch", "onnxruntime", "numpy", "pillow")},
        runs=[threads, runs.warmup, runs.measured],
    )
    paths = {case.name: folder / f"{case.name}.safetensors" for case in artifact.cases}
    stale = {name: path for name, path in paths.items() if kept_key(path, "capture_key") != key}
    every = tuple(paths.values())
    if not stale:
        return Captured(target, artifact.variant, every, False, 0.0)
    folder.mkdir(parents=True, exist_ok=True)
    sweep(folder)
    photos = {path.stem: str(path) for path in recipe.photos}
    job = Job(
        f"capture {target}",
        "pipeline.capture_job:capture_artifact",
        {
            "target": target,
            "artifact": str(exported.path),
            "cases": list(stale),
            "photos": [photos[name] for name in stale],
            "captures": [str(path) for path in stale.values()],
            "threads": threads,
            "warmup": runs.warmup,
            "runs": runs.measured,
            "key": key,
        },
        cores=os.cpu_count() or 1,
        memory=2 << 30,
    )
    done: Done = run_jobs([job], build.logs, watch)[0]
    paths_made = () if done.error else every
    return Captured(target, artifact.variant, paths_made, True, done.seconds, done.error)
