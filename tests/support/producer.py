"""An app under test: the way from photo to class map as a host walks it, each step replaceable.

Mutants replace or damage one step, honest variants compute one differently; everything after that
step runs on what it gave, so that only the judge can tell where the way went wrong.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import onnxruntime
from preps import Prep, drawing, prep_of
from samples import PROBE

from onpar.exporters import FORMATS
from onpar.parity.contract.capture import Capture, CaptureInfo, Tensor
from onpar.parity.contract.chain import chain_of
from onpar.parity.contract.classmap import argmax, probe_scores
from onpar.parity.contract.sidecar import read_sidecar, sidecar_path
from onpar.parity.contract.spec import Artifact
from onpar.parity.image import fit as right
from onpar.parity.image.decode import decode
from onpar.pipeline.capture.capture_job import MeasuredRun, measured_run, rerun_tensors
from onpar.pipeline.host import operating_system
from onpar.pipeline.paths import PHOTOS, SCENES
from onpar.pipeline.targets import TARGETS, loaders
from onpar.pipeline.targets.onnxruntime import session_options
from onpar.pipeline.targets.target import Loaded, Tensors

Run = Callable[[Mapping[str, Tensor]], Tensors]
"""What a runtime computes: outputs of inputs, both by name."""


@dataclass(frozen=True)
class App:
    """One artifact of a build on a runtime. `sha256` is what the app says it loaded."""

    build: Path
    path: Path
    artifact: Artifact
    target: str
    sha256: str
    loaded: Loaded
    decode: Callable[[bytes, str], Tensor] = decode
    fit: Callable[[Tensor, Prep], Tensor] = right.fit
    normalise: Callable[[Tensor, Prep], Tensor] = right.normalise
    classmap: Callable[[Tensor], Tensor] = argmax
    runs: int = 3

    def inputs(self, case: str) -> tuple[Tensor, Tensor, Tensors]:
        """The decoded photo, the resized one, and what the runtime is handed, by name."""
        prep = prep_of(self.artifact.model)
        image = next(c.sources[0].file for c in self.artifact.cases if c.name == case)
        path = next(one for one in (*PHOTOS, *SCENES) if one.name == image)
        decoded = np.ascontiguousarray(self.decode(path.read_bytes(), path.name))
        resized = np.ascontiguousarray(self.fit(decoded, prep))
        if self.artifact.io == "image":
            return decoded, resized, {prep.input: resized}
        values = np.ascontiguousarray(self.normalise(resized, prep), np.float32)
        return decoded, resized, {prep.input: values}

    def capture(self, case: str = "coffee") -> Capture:
        """Walk the whole way; the digests are of what the runtime gave, run by run."""
        decoded, resized, inputs = self.inputs(case)
        runs = [measured_run(self.loaded, inputs) for _ in range(self.runs)]
        outputs = runs[-1].outputs
        chain, prep = chain_of(self.artifact), prep_of(self.artifact.model)
        tensors = {"decoded": decoded, "resized": resized}
        if prep.input in chain.taken:
            tensors[prep.input] = inputs[prep.input]
        tensors |= {name: outputs[spec.name] for name, spec in chain.given.items()}
        if chain.after:
            scores = outputs[drawing(self.artifact.model).takes[0]]
            tensors["classmap"] = self.classmap(scores)
            tensors[PROBE] = self.classmap(probe_scores(scores.shape[1]))
        tensors |= rerun_tensors(runs, chain)
        return Capture(self._info(case, runs), tensors)

    def running(self, run: Run) -> App:
        """The same app on another `run`."""
        return replace(self, loaded=replace(self.loaded, run=run))

    def _info(self, case: str, runs: Sequence[MeasuredRun]) -> CaptureInfo:
        artifact = self.artifact
        return CaptureInfo(
            recipe=artifact.model.recipe,
            recipe_sha256=artifact.recipe_sha256,
            weights_sha256=artifact.weights_sha256,
            case=case,
            sources=next(one.digests for one in artifact.cases if one.name == case),
            artifact=artifact.file,
            artifact_sha256=self.sha256,
            target=self.target,
            runtime=self.loaded.runtime,
            runtime_version=self.loaded.runtime_version,
            engine=self.loaded.engine,
            device="test",
            os=operating_system(),
            arch=platform.machine(),
            threads=1,
            warmup=0,
            load_ms=0.0,
            infer_ms=tuple(run.milliseconds for run in runs),
            output_sha256=tuple(run.sha256 for run in runs),
            peak_rss_mb=0.0,
            captured_at="2026-01-01T00:00:00+00:00",
            compute_unit="CPU",
        )


def app(build: Path, variant: str, run: Run, engine: str = "") -> App:
    """The build's artifact of a variant (`format-precision-io`), on the target that takes it,
    which computes `run` under an engine."""
    form, _, kind = variant.partition("-")
    [path] = (build / "artifacts").glob(f"*-{kind}{FORMATS[form].suffix}")
    artifact = read_sidecar(sidecar_path(path))
    [target] = loaders(form)
    loaded = Loaded(run, TARGETS[target].made.runtimes[0], "test", engine)
    return App(build, path, artifact, target, artifact.sha256, loaded)


def onnx_app(
    build: Path, io: str = "tensor", options: onnxruntime.SessionOptions | None = None
) -> App:
    """The build's float32 `.onnx` on onnxruntime."""
    one = app(build, f"onnx-fp32-{io}", dict)
    return one.running(onnx_run(one.path.read_bytes(), options))


def onnx_run(content: bytes, options: onnxruntime.SessionOptions | None = None) -> Run:
    """What onnxruntime computes with a model file's bytes; on one thread unless options say."""
    options = options or session_options(1)
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return lambda inputs: dict(zip(names, session.run(names, dict(inputs)), strict=True))
