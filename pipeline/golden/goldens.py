"""Recipe and weights → goldens: the reference's outputs, and their noise floors and gates."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import msgspec

from onpar.parity.contract.capture import CaptureError
from onpar.parity.contract.golden import read_golden
from onpar.parity.files.atomic import sweep
from onpar.pipeline.build_folder.exported import Exported
from onpar.pipeline.build_folder.keys import kept_key, key_of
from onpar.pipeline.jobs.scheduler import Job, Watch, run_job
from onpar.pipeline.paths import Build
from onpar.pipeline.recipes import recipe_code
from onpar.pipeline.recipes.recipe import Recipe
from onpar.pipeline.weights.choice import Choice

JOB = "onpar.pipeline.golden.golden_job"

MEMORY = 4 << 30
"""Memory, in bytes, for the golden of a DeepLabV3 at 400×400 in float64 (ResNet-101: 2.6e9)."""


@dataclass(frozen=True)
class Goldens:
    """The goldens of a recipe, one per case, in the order of the cases; or of one photo, the float
    model's and that of the captured file's program. `refused` says why the latter is missing."""

    paths: tuple[Path, ...]
    fresh: bool
    seconds: float
    refused: str = ""


def golden(
    recipe: Recipe, choice: Choice, weights: Exported, build: Build, watch: Watch
) -> Goldens:
    """Make the goldens of all cases, unless they exist and none of their inputs changed.

    Raises OnparError if the reference cannot run.
    """
    paths, job = plan_goldens(recipe, choice, weights, build)
    started = time.monotonic()
    if job:
        run_job(job, build.logs, watch)
    return Goldens(paths, bool(job), time.monotonic() - started if job else 0.0)


def plan_goldens(
    recipe: Recipe, choice: Choice, weights: Exported, build: Build
) -> tuple[tuple[Path, ...], Job | None]:
    """The paths of the goldens of all cases, and the job that makes them, if one is needed.

    The job counts as one core: it uses all, but exports leave them idle most of the time.
    """
    assert weights.artifact is not None
    folder = build.goldens / choice.name
    paths = tuple(folder / f"{case.name}.safetensors" for case in recipe.cases())
    key = golden_key(recipe, weights.artifact.sha256, build)
    half = build.programs / f"{choice.name}-fp16"
    if all(is_kept(path, key) for path in paths):
        return paths, None
    for one in (folder, half):
        one.mkdir(parents=True, exist_ok=True)
        sweep(one)
    arguments = {
        "options": msgspec.to_builtins(choice.options),
        "weights": str(weights.path),
        "weights_sha256": weights.artifact.sha256,
        "key": key,
        "folder": str(folder),
        "half": str(half),
    }
    return paths, Job("golden", f"{JOB}:make_goldens", arguments, 1, MEMORY)


def is_kept(path: Path, key: str) -> bool:
    """Whether the golden at `path` was made with `key`, and is unchanged."""
    if kept_key(path, "golden_key") != key:
        return False
    try:
        read_golden(path)
    except CaptureError:
        return False
    return True


def golden_key(recipe: Recipe, weights_sha256: str, build: Build, job: str = JOB) -> str:
    """The hash of all inputs of a recipe's goldens; `job` is the module that makes them."""
    return key_of(
        recipe=recipe.model.sha256,
        code=recipe_code(recipe, build, job),
        cases=recipe.cases(),
        weights=weights_sha256,
    )
