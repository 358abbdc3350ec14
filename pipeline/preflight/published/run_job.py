"""Captures an artifact with a published runtime, in a separate job."""

from __future__ import annotations

from pathlib import Path

from onpar.parity.contract.sidecar import read_sidecar, sidecar_path
from onpar.pipeline.capture.capture_job import Runs, Session, capture_cases
from onpar.pipeline.preflight.published.answer import published
from onpar.pipeline.recipes import load_recipe

TARGET = "pinned-runtime"


def capture_with(
    artifact: str, folder: str, python: str, package: str, kind: str, threads: int
) -> list[str]:
    """Write the capture of every case into `folder`, and give their paths. Raises OnparError if the
    runtime does not load the model as this `kind` of file, or cannot run it."""
    path = Path(artifact)
    spec = read_sidecar(sidecar_path(path))
    recipe = load_recipe(spec.options)
    outs = {case: Path(folder) / f"{case.name}.safetensors" for case in spec.cases}
    with published(Path(python), package, path, kind, spec, threads) as made:
        session = Session(TARGET, spec, made.sha256, made.loaded, made.load_ms, Runs(threads))
        capture_cases(session, outs, recipe, {})
    return [str(out) for out in outs.values()]
