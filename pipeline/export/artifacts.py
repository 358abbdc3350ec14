"""Recipe → artifacts: each is exported in a separate process, and only if something changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from onpar.exporters import FORMATS, USUAL, VARIANTS, WEIGHTS, Variant
from onpar.exporters.quantization.layer_names import all_names
from onpar.parity.contract.sidecar import read_sidecar, sidecar_path
from onpar.parity.files.atomic import sweep
from onpar.pipeline.build_folder.digests import Digests
from onpar.pipeline.build_folder.exported import Exported, current
from onpar.pipeline.errors import OnparError
from onpar.pipeline.export.calibration import calibration
from onpar.pipeline.export.export_key import (
    JOB,
    artifact_name,
    export_key,
    packages,
    weights_identity,
)
from onpar.pipeline.export.float_layers import float_layers
from onpar.pipeline.export.left_out import why_left_out
from onpar.pipeline.extras import not_installed
from onpar.pipeline.jobs.preload import variant_imports
from onpar.pipeline.jobs.scheduler import Done, Job, Watch, run_job, run_jobs
from onpar.pipeline.paths import Build
from onpar.pipeline.recipes import load_recipe
from onpar.pipeline.recipes.recipe import Recipe
from onpar.pipeline.targets import TARGETS, check_known
from onpar.pipeline.weights.choice import Choice

BASE_MEMORY = 1 << 30
"""Memory, in bytes, of a process that imports torch, torchvision and onnxscript (measured
0.9e9)."""

TYPICAL_WEIGHTS = 160 << 20
"""The size of the weights, in bytes, that jobs are planned with before the weights exist
(ResNet-50: 159e6)."""


@dataclass(frozen=True)
class Planned:
    """A variant to export: its current artifact, or the job that makes it."""

    variant: Variant
    path: Path
    found: Exported | None
    job: Job | None


def chosen_variants(names: Sequence[str], targets: Sequence[str] = ()) -> list[str]:
    """The variants that `--format` names by format, or by format, precision and io; by default all,
    without those that compress the weights alone, which `--format` has to name by precision. With
    `--target`, only those that a named target runs. Raises OnparError for an unknown name, for a
    format that no named target runs, and for a target that runs none of the formats."""
    for name in names:
        if not any(_names(name, variant) for variant in VARIANTS):
            raise OnparError(
                f"unknown format {name!r}; known: {', '.join(FORMATS)}, or one variant of them: "
                f"{', '.join(VARIANTS)}"
            )
    check_known(targets)
    formats = {form for name in targets for form in TARGETS[name].formats}
    found = [
        name
        for name, variant in VARIANTS.items()
        if (not names and name in USUAL) or any(_names(one, name) for one in names)
        if not targets or variant.format in formats
    ]
    # The weights themselves are judged in every run.
    left = {VARIANTS[name].format for name in (*found, WEIGHTS)}
    absent = [not_installed(packages(VARIANTS[one])) for one in found] if names else []
    if absent and all(absent):
        raise OnparError(f"--format {', '.join(names)}: {absent[0]}")
    idle = [name for name in targets if not left & set(TARGETS[name].formats)]
    without = [name for name in names if not any(_names(name, one) for one in found)]
    if idle or without:
        runs = ", ".join(sorted({f for n in idle or targets for f in TARGETS[n].formats}))
        raise OnparError(
            f"--target {', '.join(idle or targets)} runs {runs or 'no format yet'}, and --format "
            f"names {', '.join(without or names) or 'all'}; name a target that runs the format"
        )
    return found


def check_left_out(recipe: Recipe, names: Sequence[str], chosen: Sequence[str]) -> None:
    """Raises OnparError if the recipe leaves out all variants of a format that `--format` names;
    what else is judged in such a run would look as if it was on par."""
    for name in names:
        reasons = [why_left_out(recipe, VARIANTS[one]) for one in chosen if _names(name, one)]
        if all(reasons):
            raise OnparError(f"--format {name}: nothing of it is left to judge: {reasons[0]}")


def _names(name: str, variant: str) -> bool:
    """Whether `--format` with this name selects the variant."""
    parts = name.split("-")
    if variant not in USUAL and len(parts) == 1:
        return False
    return variant.split("-")[: len(parts)] == parts


def export(
    choice: Choice, names: Sequence[str], build: Build, watch: Watch
) -> tuple[Recipe, list[Exported]]:
    """Export the recipe in each of the variants; the weights first, as all others are made from
    them.

    Raises OnparError if the weights are not available.
    """
    recipe, weights = export_weights(choice, build, watch, names)
    return recipe, [weights, *export_others(recipe, choice, names, weights, build, watch)]


def export_others(
    recipe: Recipe,
    choice: Choice,
    names: Sequence[str],
    weights: Exported,
    build: Build,
    watch: Watch,
) -> list[Exported]:
    """Export the other variants, after the weights."""
    planned = plan_exports(recipe, choice, names, weights, build)
    done = run_jobs([one.job for one in planned if one.job], build.logs, watch)
    return collect(planned, names, done, build)


def export_weights(
    choice: Choice, build: Build, watch: Watch, coming: Sequence[str] = ()
) -> tuple[Recipe, Exported]:
    """The recipe, and its weights as the artifact that everything else is made from. `coming` are
    the variants that will be exported, for the imports of their jobs.

    Raises OnparError if they are not available."""
    absent = not_installed(packages(VARIANTS[WEIGHTS]))
    if absent:
        raise OnparError(absent)
    recipe = load_recipe(choice.options)
    build.artifacts.mkdir(parents=True, exist_ok=True)
    sweep(build.artifacts)
    key = export_key(recipe, choice, VARIANTS[WEIGHTS], weights_identity(choice, recipe), "", build)
    digests = Digests(build.digests)
    planned = _plan(choice, VARIANTS[WEIGHTS], key, build, {}, digests)
    digests.keep()
    imports = tuple(module for name in coming for module in variant_imports(name))
    jobs = [replace(planned.job, imports=imports)] if planned.job else []
    done = run_jobs(jobs, build.logs, watch)
    [weights] = collect([planned], [WEIGHTS], done, build)
    if weights.artifact is None:
        raise OnparError(weights.error)
    if not planned.job:  # The export of the weights checks them too.
        _check_layers(recipe, choice, weights.path, build, watch)
    return recipe, weights


def _check_layers(
    recipe: Recipe, choice: Choice, weights: Path, build: Build, watch: Watch
) -> None:
    """Raises OnparError for a layer in float that the module does not have. A module with weights
    is in the weights file; for others the module is built."""
    layers = all_names(float_layers(recipe, choice))
    if not layers:
        return
    from safetensors import safe_open

    with safe_open(weights, "numpy") as file:
        parts = [key.split(".") for key in file.keys()]  # noqa: SIM118  It is not a dictionary.
    known = {".".join(part[:n]) for part in parts for n in range(1, len(part))}
    if known.issuperset(layers):
        return
    call = "onpar.pipeline.export.layers_job:check_choice"
    arguments = {"choice": msgspec.to_builtins(choice)}
    run_job(Job("check the layers in float", call, arguments, 1, BASE_MEMORY), build.logs, watch)


def plan_exports(
    recipe: Recipe, choice: Choice, names: Sequence[str], weights: Exported, build: Build
) -> list[Planned]:
    """The exports needed for these variants, including those that they are made from, in order.

    Raises OnparError if the calibration folder or the tolerances cannot be used.
    """
    assert weights.artifact is not None
    wanted = set(names)
    for name in reversed(VARIANTS):
        if name in wanted:
            wanted.add(VARIANTS[name].made_from)
    keys = {WEIGHTS: weights.artifact.key + weights.artifact.sha256}
    jobs: dict[str, Job] = {}
    digests = Digests(build.digests)
    planned = []
    for name in [n for n in VARIANTS if n in wanted and n != WEIGHTS]:
        variant = VARIANTS[name]
        why, absent = why_left_out(recipe, variant), not_installed(packages(variant))
        if why or absent:
            path = build.artifacts / artifact_name(choice, variant)
            none = Exported(name, path, None, False, 0.0, left_out=why, not_installed=absent)
            planned.append(Planned(variant, path, none, None))
            continue
        words = calibration(recipe, choice.calibration)[1] if variant.precision == "int8" else ""
        made_from = keys[variant.made_from]
        keys[name] = export_key(recipe, choice, variant, made_from, words, build, weights.artifact)
        one = _plan(choice, variant, keys[name], build, jobs, digests)
        if one.job:
            jobs[name] = one.job
        planned.append(one)
    digests.keep()
    return planned


def collect(
    planned: Sequence[Planned], names: Sequence[str], done: Sequence[Done], build: Build
) -> list[Exported]:
    """The results for the variants in `names`, after their jobs; and those of other variants that
    failed, because the variants made from them fail too."""
    ended, digests, exports = {one.job.name: one for one in done}, Digests(build.digests), []
    for one in planned:
        exported = one.found
        if one.job:
            end = ended[one.job.name]
            artifact = None if end.error else read_sidecar(sidecar_path(one.path))
            name = one.variant.name
            exported = Exported(name, one.path, artifact, True, end.seconds, end.error)
            if artifact:
                digests.learn(one.path, artifact.sha256)
        if exported and (one.variant.name in names or exported.error):
            exports.append(exported)
    digests.keep()
    return exports


def _plan(
    choice: Choice,
    variant: Variant,
    key: str,
    build: Build,
    jobs: dict[str, Job],
    digests: Digests,
) -> Planned:
    path = build.artifacts / artifact_name(choice, variant)
    found = current(path, key, digests)
    if found and variant.made_from not in jobs:
        return Planned(variant, path, Exported(variant.name, path, found, False, 0.0), None)
    arguments = {
        "choice": msgspec.to_builtins(choice),
        "variant": variant.name,
        "key": key,
        "build": str(build.root.resolve()),
    }
    weights = build.artifacts / artifact_name(choice, VARIANTS[WEIGHTS])
    size = weights.stat().st_size if weights.exists() else TYPICAL_WEIGHTS
    memory = BASE_MEMORY + int(FORMATS[variant.format].memory * size)
    after = (jobs[variant.made_from].name,) if variant.made_from in jobs else ()
    call = f"{JOB}:export_artifact"
    imports = variant_imports(variant.name)
    job = Job(f"export {variant.name}", call, arguments, 1, memory, after, imports=imports)
    return Planned(variant, path, None, job)
