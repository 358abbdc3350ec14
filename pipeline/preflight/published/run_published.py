"""Loads and captures an artifact with exactly the versions that preflight judged."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from onpar.parity.contract.sidecar import read_sidecar, sidecar_path
from onpar.parity.contract.spec import SpecError
from onpar.pipeline.build_folder.build_lock import build_lock
from onpar.pipeline.build_folder.given_file import why_not_exported
from onpar.pipeline.errors import OnparError
from onpar.pipeline.jobs.scheduler import Job, Watch, run_jobs
from onpar.pipeline.paths import Build
from onpar.pipeline.preflight.loads import FULL_INTERPRETERS
from onpar.pipeline.preflight.published.environments import make, planned
from onpar.pipeline.preflight.published.run_job import TARGET
from onpar.pipeline.preflight.verdict import Listed

MEMORY = 3 << 30
"""Memory, in bytes, of a runtime that loads and runs a DeepLabV3 at 400×400."""


@dataclass(frozen=True)
class Ran:
    """A runtime on this machine: the package that represents it, and its captures or its error."""

    runtime: str
    package: str
    captures: tuple[Path, ...]
    error: str


def run(
    artifact: Path, format_name: str, runtimes: Sequence[Listed], build: Build, watch: Watch
) -> list[Ran]:
    """Capture the artifact with each of the runtimes. Raises OnparError if it has no sidecar; a
    runtime's failure is its `error`."""
    why = why_not_exported(artifact)
    if why:
        raise OnparError(f"--run needs the artifact's sidecar, with its cases: {artifact}: {why}")
    try:
        read_sidecar(sidecar_path(artifact))
    except SpecError as error:
        raise OnparError(f"--run needs the artifact's sidecar, with its cases: {error}") from error
    with build_lock(build.root):
        return [_ran(artifact, format_name, one, build, watch) for one in runtimes]


def _ran(artifact: Path, format_name: str, listed: Listed, build: Build, watch: Watch) -> Ran:
    if format_name not in listed.runtime.formats:
        return Ran(listed.name, "", (), f"{listed.called} does not load {format_name}")
    try:
        environment = planned(listed, build)
        make(environment, build, watch)
    except OnparError as error:
        return Ran(listed.name, "", (), str(error))
    folder = build.captures / TARGET / environment.name.replace(" ", "-") / artifact.name
    folder.mkdir(parents=True, exist_ok=True)
    cores = os.cpu_count() or 1
    arguments = {
        "artifact": str(artifact),
        "folder": str(folder),
        "python": str(environment.python),
        "package": environment.package,
        # The full interpreter loads the TorchScript in a `.ptl`, not the bytecode.
        "kind": ".pt" if listed.runtime.name in FULL_INTERPRETERS else artifact.suffix.lower(),
        "threads": cores,
    }
    name = f"run with {environment.name}"
    job = Job(
        name, "onpar.pipeline.preflight.published.run_job:capture_with", arguments, cores, MEMORY
    )
    [done] = run_jobs([job], build.logs, watch)
    paths = tuple(Path(path) for path in done.result or ())
    return Ran(listed.name, environment.name, paths, done.error)
