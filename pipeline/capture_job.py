"""One target running one artifact on some cases, in a process of its own."""

from __future__ import annotations

import hashlib
import math
import platform
import time
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from parity.capture import Capture, CaptureInfo, Tensor, digest, write_capture
from parity.classmap import argmax
from parity.fit import fit, normalise
from parity.image import decode
from parity.spec import Artifact, Case, read_sidecar, sidecar_path
from pipeline.child import progress
from pipeline.host import now, operating_system, peak_rss_mb, processor
from pipeline.recipe import photo
from pipeline.targets import TARGETS, Loaded, Tensors


def capture_artifact(
    target: str,
    artifact: str,
    cases: list[str],
    photos: list[str],
    captures: list[str],
    threads: int,
    warmup: int,
    runs: int,
    key: str,
) -> None:
    """Run the artifact on each case's photo and write its capture file."""
    path = Path(artifact)
    spec = read_sidecar(sidecar_path(path))
    content = path.read_bytes()
    started = time.perf_counter()
    loaded = import_module(TARGETS[target].module).load(content, spec, threads)
    load_ms = round((time.perf_counter() - started) * 1e3, 3)
    session = Session(target, spec, hashlib.sha256(content).hexdigest(), loaded, load_ms, threads)
    del content
    for index, (name, image, out) in enumerate(zip(cases, photos, captures, strict=True)):
        case = next(case for case in spec.cases if case.name == name)
        capture = session.capture(case, photo(Path(image)), warmup, runs, {"capture_key": key})
        write_capture(Path(out), capture)
        progress(index + 1, len(cases))


class Session:
    """A loaded artifact on a target, ready to capture photos."""

    def __init__(
        self,
        target: str,
        artifact: Artifact,
        artifact_sha256: str,
        loaded: Loaded,
        load_ms: float,
        threads: int,
    ) -> None:
        self.target = target
        self.artifact = artifact
        self.artifact_sha256 = artifact_sha256
        self.loaded = loaded
        self.load_ms = load_ms
        self.threads = threads

    def capture(
        self, case: Case, content: bytes, warmup: int, runs: int, extra: dict[str, str]
    ) -> Capture:
        """Decode, fit, normalise, run, and take the class map. Raises ImageError for the photo."""
        model = self.artifact.model
        decoded = decode(content, case.image)
        resized = fit(decoded, model.prep)
        inputs: dict[str, Tensor] = {model.prep.input: normalise(resized, model.prep)}
        handed = {name: value.copy() for name, value in inputs.items()}
        for _ in range(warmup):
            self.loaded.run(inputs)
        outputs, infer_ms, digests, rerun = measured_runs(self.loaded, inputs, runs)
        tensors: dict[str, Tensor] = {"decoded": decoded, "resized": resized}
        tensors |= {f"input/{name}": value for name, value in handed.items()}
        tensors |= {f"output/{name}": value for name, value in outputs.items()}
        tensors |= {f"rerun/{name}": value for name, value in rerun.items()}
        tensors["classmap"] = argmax(outputs[model.classmap.output])
        info = CaptureInfo(
            recipe=model.recipe,
            recipe_sha256=self.artifact.recipe_sha256,
            weights_sha256=self.artifact.weights_sha256,
            case=case.name,
            source_sha256=hashlib.sha256(content).hexdigest(),
            artifact=self.artifact.file,
            artifact_sha256=self.artifact_sha256,
            target=self.target,
            runtime=self.loaded.runtime,
            runtime_version=self.loaded.runtime_version,
            engine=self.loaded.engine,
            device=processor(),
            os=operating_system(),
            arch=platform.machine(),
            threads=self.threads,
            warmup=warmup,
            load_ms=self.load_ms,
            infer_ms=tuple(infer_ms),
            output_sha256=tuple(digests),
            peak_rss_mb=peak_rss_mb(),
            captured_at=now(),
            extra=extra,
        )
        return Capture(info, tensors)


def measured_runs(
    loaded: Loaded, inputs: dict[str, Tensor], runs: int
) -> tuple[Tensors, list[float], list[str], Tensors]:
    """Run `runs` times: the last outputs, every run's milliseconds and digest, and, where runs
    differed, the outputs of the one furthest from the last."""
    different: dict[str, Tensors] = {}
    infer_ms, digests = [], []
    outputs: Tensors = {}
    for _ in range(runs):
        started = time.perf_counter()
        outputs = loaded.run(inputs)
        infer_ms.append(round((time.perf_counter() - started) * 1e3, 3))
        digests.append(digest(outputs))
        different.setdefault(digests[-1], {k: np.array(v) for k, v in outputs.items()})
    outputs = different.pop(digests[-1])
    return outputs, infer_ms, digests, furthest(outputs, list(different.values()))


def furthest(last: Tensors, others: Sequence[Tensors]) -> Tensors:
    """Of the other runs' outputs, those with the largest absolute difference from the last's."""

    def off(one: Tensors) -> float:
        return max(_largest(one[name], last[name]) for name in last)

    return max(others, key=off, default={})


def _largest(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    off = float(np.abs(a.astype(np.float64) - b).max())
    # A run that gave NaN is the furthest of all, where a comparison would rank it nowhere.
    return math.inf if math.isnan(off) else off
