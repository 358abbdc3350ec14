"""Recipe → artifacts: each exported in a process of its own, and only when something changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import msgspec

from exporters import FORMATS
from parity.atomic import sweep
from parity.spec import Artifact, SpecError, read_sidecar, sidecar_path
from pipeline.choice import Choice
from pipeline.errors import OnparError
from pipeline.jobs import Job, Watch, run_jobs
from pipeline.keys import file_digest, key_of, source_digest
from pipeline.paths import ROOT, STATISTICS, Build
from pipeline.recipe import Recipe
from pipeline.recipes import load_recipe

BASE_MEMORY = 1 << 30
"""Bytes that a process takes for importing torch, torchvision and onnxscript (measured 0.9e9)."""

TYPICAL_WEIGHTS = 160 << 20
"""Bytes of weights that jobs are planned for before the weights are there (ResNet-50: 159e6)."""

EXPORT_SOURCES = (
    *sorted((ROOT / "exporters").glob("*.py")),
    ROOT / "parity" / "spec.py",
    ROOT / "pipeline" / "export_job.py",
    ROOT / "pipeline" / "state_dict.py",
    ROOT / "pipeline" / "weights.py",
)
"""Whatever shapes a file or its sidecar, besides the recipe."""


@dataclass(frozen=True)
class Exported:
    """One artifact's fate: made, found up to date, or failed with a reason."""

    format: str
    path: Path
    artifact: Artifact | None
    fresh: bool
    seconds: float
    error: str = ""

    @property
    def failure(self) -> str:
        """What failed, and why."""
        return f"export {self.format}: {self.error}"

    @property
    def variant(self) -> str:
        """`format-precision-io`, as captures and verdicts name it."""
        return self.artifact.variant if self.artifact else f"{self.format}-fp32-tensor"


def export(
    choice: Choice, formats: Sequence[str], build: Build, watch: Watch
) -> tuple[Recipe, list[Exported]]:
    """Export the recipe in each of the formats; `safetensors` first, as all others load it.

    Raises OnparError for an unknown format, and where the weights cannot be had.
    """
    for name in formats:
        if name not in FORMATS:
            raise OnparError(f"unknown format {name!r}; known: {', '.join(FORMATS)}")
    recipe = load_recipe(choice.options)
    build.artifacts.mkdir(parents=True, exist_ok=True)
    sweep(build.artifacts)
    [weights] = _export(
        recipe, choice, ["safetensors"], build, watch, _weights_identity(choice, recipe)
    )
    if weights.artifact is None:
        raise OnparError(weights.error)
    others = [name for name in formats if name != "safetensors"]
    digest = weights.artifact.sha256
    return recipe, [weights, *_export(recipe, choice, others, build, watch, digest)]


def _export(
    recipe: Recipe,
    choice: Choice,
    formats: Sequence[str],
    build: Build,
    watch: Watch,
    made_from: str,
) -> list[Exported]:
    done: dict[str, Exported] = {}
    jobs = []
    cases = recipe.cases()
    for name in formats:
        path = build.artifacts / artifact_name(choice, name)
        key = key_of(
            recipe=recipe.model.sha256,
            sources=source_digest([*recipe.sources, *EXPORT_SOURCES]),
            cases=cases,
            made_from=made_from,
            format=name,
            tools=tools(name),
            tolerance=recipe.tolerances.get("fp32"),
        )
        found = current(path, key)
        if found:
            done[name] = Exported(name, path, found, False, 0.0)
            continue
        arguments = {
            "choice": msgspec.to_builtins(choice),
            "format_name": name,
            "key": key,
            "build": str(build.root.resolve()),
        }
        size = weights_path(choice, build)
        weights = size.stat().st_size if size.exists() else TYPICAL_WEIGHTS
        memory = BASE_MEMORY + int(FORMATS[name].memory * weights)
        jobs.append(
            Job(f"export {name}", "pipeline.export_job:export_artifact", arguments, 1, memory)
        )
    for name, ended in zip(
        (j.arguments["format_name"] for j in jobs), run_jobs(jobs, build.logs, watch), strict=True
    ):
        path = build.artifacts / artifact_name(choice, name)
        artifact = None if ended.error else read_sidecar(sidecar_path(path))
        done[name] = Exported(name, path, artifact, True, ended.seconds, ended.error)
    return [done[name] for name in formats]


def _weights_identity(choice: Choice, recipe: Recipe) -> str:
    if choice.weights == "pretrained":
        return recipe.pretrained
    if choice.weights.startswith("seeded:"):
        statistics = STATISTICS / f"{choice.options.recipe}-{choice.weights_name}.safetensors"
        stored = [statistics] if statistics.exists() else []
        drawn = [ROOT / "pipeline" / name for name in ("seeded.py", "statistics.py")]
        return f"{choice.weights} {source_digest([*drawn, *stored])}"
    return file_digest(Path(choice.weights))


def tools(format_name: str) -> dict[str, str]:
    packages = ("torchvision", *FORMATS[format_name].tools)
    return {package: version(package) for package in packages}


def weights_path(choice: Choice, build: Build) -> Path:
    """Where the weights that everything else is made from lie."""
    return build.artifacts / artifact_name(choice, "safetensors")


def artifact_name(choice: Choice, format_name: str) -> str:
    """`<recipe>-<size>-<weights>-<precision>-<io><suffix>`."""
    return f"{choice.name}-fp32-tensor{FORMATS[format_name].suffix}"


def current(path: Path, key: str) -> Artifact | None:
    """The artifact at `path` if it is whole and was made by `key`, else None."""
    try:
        artifact = read_sidecar(sidecar_path(path))
        if artifact.key != key or path.stat().st_size != artifact.bytes:
            return None
        return artifact if file_digest(path) == artifact.sha256 else None
    except (SpecError, OSError):
        return None
