"""A build's artifacts, and what they compute where they run."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from onpar.parity.contract.sidecar import read_sidecar
from onpar.parity.contract.spec import Artifact
from onpar.pipeline.build_folder.content import read_content
from onpar.pipeline.targets import TARGETS, loaders
from onpar.pipeline.targets.target import Loaded

Made = tuple[Path, Artifact]
"""An artifact's file, or folder, and its sidecar."""


def artifacts(build: Path) -> dict[str, Made]:
    """Every artifact of a build by its variant."""
    sidecars = sorted((build / "artifacts").glob("[!.]*.json"))
    made = [(path.with_suffix(""), read_sidecar(path)) for path in sidecars]
    return {artifact.variant: (path, artifact) for path, artifact in made}


def loaded(made: Made, threads: int = 1) -> Loaded:
    """The artifact in the runtime that takes it here."""
    path, artifact = made
    [target, *_] = loaders(artifact.format)
    content = read_content(path)
    loaded: Loaded = import_module(TARGETS[target].module).load(content, artifact, threads)
    return loaded


def files(path: Path) -> dict[str, bytes]:
    """Everything in an artifact's file, or folder, by its path below."""
    if not path.is_dir():
        return {"": path.read_bytes()}
    below = sorted(p for p in path.rglob("*") if p.is_file())
    return {p.relative_to(path).as_posix(): p.read_bytes() for p in below}
