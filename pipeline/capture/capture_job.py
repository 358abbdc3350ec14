"""Runs one artifact on one target, on all its cases, in a separate process."""

from __future__ import annotations

import hashlib
import math
import platform
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onpar.exporters.errors import left_out
from onpar.parity.contract.capture import (
    UNDOCUMENTED,
    Capture,
    CaptureInfo,
    Tensor,
    digest,
    rerun_stages,
    write_capture,
)
from onpar.parity.contract.chain import Chain, chain_of, perform
from onpar.parity.contract.sidecar import read_sidecar, sidecar_path
from onpar.parity.contract.spec import Artifact, Case
from onpar.parity.contract.steps.decode_image import ImageFile
from onpar.pipeline.build_folder.content import content_digest, read_content
from onpar.pipeline.build_folder.keys import kept_key, key_of
from onpar.pipeline.capture.output_check import check_outputs
from onpar.pipeline.errors import NotEvaluatedError
from onpar.pipeline.host import now, operating_system, peak_rss_mb, processor
from onpar.pipeline.jobs.child import progress
from onpar.pipeline.recipes import load_recipe
from onpar.pipeline.recipes.recipe import Recipe
from onpar.pipeline.targets import TARGETS
from onpar.pipeline.targets.file_dtype import in_file_dtype
from onpar.pipeline.targets.target import Loaded, Tensors

QUICK_RUN_SECONDS = 0.3
"""If the first run takes at most so many seconds, it is a warm-up, and every case is run three
times."""


@dataclass(frozen=True)
class Runs:
    """How to run: threads (0: all cores), and measured runs per case.

    With `measured` 0 there are 3 runs, after a warm-up. If a run takes longer than QUICK, there are
    2 runs of the first case, which show whether runs repeat, and 1 of every other case. The first
    run is then measured, without a warm-up.
    """

    threads: int = 0
    measured: int = 0


def capture_key(target: str, artifact: Artifact, runs: Runs, code: str) -> str:
    """The hash of all inputs of a capture of this artifact on this target; `code` is the hash of
    the code."""
    return key_of(
        artifact=artifact.sha256,
        sidecar=artifact.key,
        code=code,
        # A runtime that is part of the system changes with it.
        system=operating_system() if TARGETS[target].system else "",
        runs=runs,
    )


def capture_artifact(
    target: str, artifact: str, folder: str, runs: dict[str, int], code: str
) -> str:
    """Run the artifact on each case and write its capture file into `folder`, unless an unchanged
    one exists. The result says what the target does not support in this model; empty if it ran."""
    path, how = Path(artifact), Runs(**runs)
    spec = read_sidecar(sidecar_path(path))
    key = capture_key(target, spec, how, code)
    cases = stale(spec, Path(folder), key)
    if not cases:
        return ""
    recipe = load_recipe(spec.options)
    content = read_content(path)
    runtime = import_module(TARGETS[target].module)
    started = time.perf_counter()
    try:
        loaded = runtime.load(content, spec, how.threads)
        load_ms = round((time.perf_counter() - started) * 1e3, 3)
        session = Session(target, spec, content_digest(content), loaded, load_ms, how)
        del content
        capture_cases(session, cases, recipe, {"capture_key": key})
    except NotEvaluatedError as error:
        return f"{error}; or leave it out: {left_out(f'{target}:{spec.format}')}"
    return ""


def capture_cases(
    session: Session, cases: Mapping[Case, Path], recipe: Recipe, extra: dict[str, str]
) -> None:
    """Run each case, and write its capture file."""
    for index, (case, out) in enumerate(cases.items()):
        write_capture(out, session.capture(case, recipe.sources_of(case.name), extra))
        progress(index + 1, len(cases))


def stale(artifact: Artifact, folder: Path, key: str) -> dict[Case, Path]:
    """The cases without a capture of this `key`, and the paths for their captures."""
    paths = {case: folder / f"{case.name}.safetensors" for case in artifact.cases}
    return {case: path for case, path in paths.items() if kept_key(path, "capture_key") != key}


class Session:
    """An artifact loaded on a target, ready to capture cases one after another."""

    def __init__(
        self,
        target: str,
        artifact: Artifact,
        artifact_sha256: str,
        loaded: Loaded,
        load_ms: float,
        runs: Runs,
    ) -> None:
        self.target = target
        self.artifact = artifact
        self.artifact_sha256 = artifact_sha256
        self.loaded = loaded
        self.load_ms = load_ms
        self.runs = runs
        self.warmup = 0
        self.later: int | None = None

    def capture(self, case: Case, sources: Mapping[str, Any], extra: dict[str, str]) -> Capture:
        """Perform the steps of the chain, those inside the file by running it. Raises ImageError
        for a photo."""
        model, chain = self.artifact.model, chain_of(self.artifact)
        tensors = perform(chain.before, {}, sources)
        for name, spec in chain.taken.items():
            tensors[name] = in_file_dtype(tensors[name], spec)
        inputs = {spec.name: tensors[name].copy() for name, spec in chain.taken.items()}
        if self.later is None:
            first = self._run(inputs)
            quick = bool(self.runs.measured) or first.milliseconds <= QUICK_RUN_SECONDS * 1e3
            self.warmup, self.later = (1, self.runs.measured or 3) if quick else (0, 1)
            runs = [] if quick else [first]
            count = self.later if quick else 1
        else:
            runs, count = [], self.later
        runs += [self._run(inputs) for _ in range(count)]
        outputs, notes = runs[-1].outputs, self.loaded.notes
        tensors |= {name: outputs[spec.name] for name, spec in chain.given.items()}
        tensors = perform(chain.after, tensors, {})
        for name, (step, probe) in chain.probes.items():
            tensors[name], *_ = step.compute(probe.given)
        tensors |= rerun_tensors(runs, chain)
        info = CaptureInfo(
            recipe=model.recipe,
            recipe_sha256=self.artifact.recipe_sha256,
            weights_sha256=self.artifact.weights_sha256,
            case=case.name,
            sources=case.digests | _digests(sources),
            artifact=self.artifact.file,
            artifact_sha256=self.artifact_sha256,
            target=self.target,
            runtime=self.loaded.runtime,
            runtime_version=self.loaded.runtime_version,
            engine=self.loaded.engine,
            device=processor(),
            os=operating_system(),
            arch=platform.machine(),
            threads=self.runs.threads,
            warmup=self.warmup,
            load_ms=self.load_ms,
            infer_ms=tuple(run.milliseconds for run in runs),
            output_sha256=tuple(run.sha256 for run in runs),
            peak_rss_mb=peak_rss_mb(),
            captured_at=now(),
            compute_unit=self.loaded.compute_unit,
            extra=extra | ({UNDOCUMENTED: "; ".join(sorted(notes))} if notes else {}),
        )
        return Capture(info, tensors)

    def _run(self, inputs: Tensors) -> MeasuredRun:
        run = measured_run(self.loaded, inputs)
        check_outputs(self.artifact, run.outputs)
        return run


def _digests(sources: Mapping[str, Any]) -> dict[str, str]:
    """Those of the very photos that were decoded."""
    files = {name: one for name, one in sources.items() if isinstance(one, ImageFile)}
    return {name: hashlib.sha256(one.data).hexdigest() for name, one in files.items()}


@dataclass(frozen=True)
class MeasuredRun:
    """The outputs of one run, their digest, and the time that it took."""

    outputs: Tensors
    sha256: str
    milliseconds: float


def measured_run(loaded: Loaded, inputs: dict[str, Tensor]) -> MeasuredRun:
    """Run once. The outputs are copies, as a runtime may reuse its buffers."""
    started = time.perf_counter()
    outputs = loaded.run(inputs)
    milliseconds = round((time.perf_counter() - started) * 1e3, 3)
    kept = {name: np.array(value) for name, value in outputs.items()}
    return MeasuredRun(kept, digest(kept), milliseconds)


def rerun_tensors(runs: Sequence[MeasuredRun], chain: Chain) -> Tensors:
    """For a capture, the outputs of runs that differ from the last one: each different output once,
    the one with the largest absolute difference from the last run's first."""
    last = runs[-1]
    others = {run.sha256: run for run in runs if run.sha256 != last.sha256}

    def off(run: MeasuredRun) -> float:
        return max(_largest(run.outputs[name], last.outputs[name]) for name in last.outputs)

    furthest_first = sorted(others.values(), key=off, reverse=True)
    return {
        f"{stage}/{name}": run.outputs[spec.name]
        for stage, run in zip(rerun_stages(), furthest_first, strict=False)
        for name, spec in chain.given.items()
    }


def _largest(a: NDArray[Any], b: NDArray[Any]) -> float:
    off = float(np.abs(a.astype(np.float64) - b).max())
    # A run with NaN counts as the furthest, as a comparison would not rank it.
    return math.inf if math.isnan(off) else off
