"""Artifacts → captures: every target that can run here runs all artifacts in its formats."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from onpar.exporters import VARIANTS
from onpar.parity.contract.sidecar import read_sidecar, sidecar_path
from onpar.parity.files.atomic import sweep
from onpar.pipeline.build_folder.exported import Exported
from onpar.pipeline.capture.capture_job import Runs, capture_key, stale
from onpar.pipeline.capture.device_job import device_capture_key
from onpar.pipeline.errors import OnparError
from onpar.pipeline.host import unlike_phones
from onpar.pipeline.jobs.preload import variant_imports
from onpar.pipeline.jobs.scheduler import Done, Job, Watch, run_jobs
from onpar.pipeline.paths import Build
from onpar.pipeline.recipes import recipe_code
from onpar.pipeline.recipes.recipe import Recipe
from onpar.pipeline.targets import (
    TARGETS,
    check_known,
    devices,
    refusal,
    targets_for,
    unmet_requirements,
)

JOB = "onpar.pipeline.capture.capture_job"

DEVICE_JOB = "onpar.pipeline.capture.device_job"

MEMORY = 2 << 30
"""Memory, in bytes, that a target needs to run a DeepLabV3 at 400×400 (onnxruntime, ResNet-101:
1.3e9)."""


DEVICE_MEMORY = 256 << 20
"""Memory, in bytes, to copy a model to a connected device, and to check its captures."""


@dataclass(frozen=True)
class Captured:
    """A target with an artifact: its capture files, or why there are none. Either it failed with an
    `error`, or it `refused` the model, which it does not support."""

    target: str
    variant: str
    paths: tuple[Path, ...]
    fresh: bool
    seconds: float
    error: str = ""
    refused: str = ""
    device: str = ""

    @property
    def failure(self) -> str:
        """What failed, and why."""
        return f"{_job_name(self.target, self.device, self.variant)}: {self.error or self.refused}"


@dataclass(frozen=True)
class Place:
    """A target, and its device if it can have several: the identifier, and the name to show."""

    target: str
    device: str = ""
    name: str = ""

    @property
    def folder(self) -> str:
        """The folder of its captures below the target's folder."""
        return re.sub(r"[^A-Za-z0-9]+", "-", self.name)


@dataclass(frozen=True)
class PlannedCapture:
    """A target with an artifact, its captures, and the job if one is needed; or why the target does
    not support the model."""

    target: str
    variant: str
    paths: tuple[Path, ...]
    job: Job | None
    refused: str = ""
    device: str = ""


def capture(
    recipe: Recipe,
    artifacts: Sequence[Exported],
    targets: Sequence[str],
    runs: Runs,
    build: Build,
    watch: Watch,
) -> list[Captured]:
    """Run each artifact on each of the targets (by default all) that supports its format.

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
    """What must be run for the artifacts `files`, by variant; `exports` has the jobs that make some
    of them. A job that uses every core runs alone: two at once would slow each other's
    measurements."""
    check_targets(targets)
    planned = []
    formats = dict.fromkeys(VARIANTS[name].format for name in files)
    run_here = {one: targets_for(one) for one in formats}
    for name, path in files.items():
        for target in run_here[VARIANTS[name].format]:
            if targets and target not in targets:
                continue
            for device, called in devices(target).items():
                refused = refusal(target, recipe.model, device) or unlike_phones(
                    VARIANTS[name].format, VARIANTS[name].precision
                )
                left_out = recipe.left_out_on(target, name)
                refused = f"the recipe leaves it out: {left_out}" if left_out else refused
                if refused:
                    planned.append(PlannedCapture(target, name, (), None, refused, called))
                else:
                    place = Place(target, device, called)
                    planned.append(_plan(recipe, name, path, exports.get(name), place, runs, build))
    return planned


def collect_captures(planned: Sequence[PlannedCapture], done: Sequence[Done]) -> list[Captured]:
    """The results of the planned captures, after their jobs."""
    ended = {one.job.name: one for one in done}
    captured = []
    for one in planned:
        end = ended[one.job.name] if one.job else None
        error = end.error if end else ""
        refused = one.refused or (end.result if end and not error and end.result else "")
        paths = () if error or refused else one.paths
        seconds = end.seconds if end else 0.0
        fate = (paths, bool(end), seconds, error, refused, one.device)
        captured.append(Captured(one.target, one.variant, *fate))
    return captured


def check_targets(names: Sequence[str]) -> None:
    """Raises OnparError for a target that is unknown or cannot run here."""
    check_known(names)
    for name in names:
        if unmet_requirements(name):
            raise OnparError(f"target {name!r} cannot run here: {unmet_requirements(name)}")


def _plan(
    recipe: Recipe,
    variant: str,
    path: Path,
    export: Job | None,
    place: Place,
    runs: Runs,
    build: Build,
) -> PlannedCapture:
    target = place.target
    here = not TARGETS[target].device
    if here:
        runs = replace(runs, threads=runs.threads or os.cpu_count() or 1)
    folder = build.captures / target / place.folder / path.name
    paths = tuple(folder / f"{case.name}.safetensors" for case in recipe.cases())
    code = _code(recipe, target, build)
    if export is None:
        artifact = read_sidecar(sidecar_path(path))
        out_of_process = TARGETS[target].out_of_process
        key = (
            device_capture_key(target, place.device, artifact, runs, code)
            if out_of_process
            else capture_key(target, artifact, runs, code)
        )
        if not stale(artifact, folder, key):
            return PlannedCapture(target, variant, paths, None, device=place.name)
    folder.mkdir(parents=True, exist_ok=True)
    sweep(folder)
    kind = VARIANTS[variant]
    # They always run on one thread (measured: PyTorch's qnnpack with 2 threads 4.0 s, with 1 4.0;
    # ExecuTorch's portable kernels 1.69 s of CPU time in 1.77 s).
    alone = kind.engine == "qnnpack" or kind.format == "pte_portable"
    cores = 1 if alone else os.cpu_count() or 1
    arguments: dict[str, Any] = {
        "target": target,
        "artifact": str(path),
        "folder": str(folder),
        "runs": asdict(runs),
        "code": code,
    }
    call, memory = f"{JOB}:capture_artifact", MEMORY
    imports = variant_imports(variant)
    if TARGETS[target].out_of_process:
        call = f"{DEVICE_JOB}:capture_out_of_process"
        arguments["device"] = place.device
        imports = ()
    if not here:
        # The device computes: it uses no core of this machine, and runs one model at a time.
        cores, memory = 0, DEVICE_MEMORY
    name = _job_name(target, place.name, variant)
    after = (export.name,) if export else ()
    job = Job(name, call, arguments, cores, memory, after, place.device, imports)
    return PlannedCapture(target, variant, paths, job, device=place.name)


def _code(recipe: Recipe, target: str, build: Build) -> str:
    """The hash of the code that makes a capture on this target."""
    runs = DEVICE_JOB if TARGETS[target].out_of_process else JOB
    return recipe_code(recipe, build, runs, TARGETS[target].module)


def _job_name(target: str, device: str, variant: str) -> str:
    return " ".join(word for word in ("capture", target, device, variant) if word)
