"""`onpar.check_artifact`: one exported file, run on this machine's targets and judged."""

from __future__ import annotations

import os
from pathlib import Path

from onpar.parity.contract.sidecar import read_sidecar, sidecar_path
from onpar.parity.contract.spec import Artifact, SpecError
from onpar.parity.judge.run import Row
from onpar.pipeline.build_folder.build_lock import build_lock
from onpar.pipeline.build_folder.exported import Exported
from onpar.pipeline.build_folder.given_file import why_not_exported
from onpar.pipeline.build_folder.keys import artifact_digest
from onpar.pipeline.capture.capture_job import Runs
from onpar.pipeline.capture.captures import check_targets, collect_captures, plan_captures
from onpar.pipeline.check.max_drop import check_limits
from onpar.pipeline.check.verdicts import check
from onpar.pipeline.errors import OnparError
from onpar.pipeline.jobs.display import display
from onpar.pipeline.jobs.scheduler import run_jobs
from onpar.pipeline.parity import not_run_rows
from onpar.pipeline.paths import Build
from onpar.pipeline.python.arguments import Names, names, percent
from onpar.pipeline.python.arguments import path as given_path
from onpar.pipeline.python.check_captures import report_folder, written
from onpar.pipeline.python.one_call import one_call
from onpar.pipeline.python.run_results import RunResult
from onpar.pipeline.recipes import load_recipe
from onpar.pipeline.targets import targets_for


def check_artifact(
    artifact: str | os.PathLike[str],
    *,
    targets: Names | None = None,
    report: str | os.PathLike[str] | None = None,
    max_drop: float | None = None,
) -> RunResult:
    """Run an artifact of a build folder, such as build/artifacts/NAME.onnx, and judge its outputs
    by the folder's goldens. Nothing is exported: the file is judged as it is. `targets` names where
    to run it, one or several; None is all that can run it here, and an empty list is refused.
    `report` is a folder for the report, by default below the build folder's `reports`. `max_drop`
    is the percent of the pixels of a class map or a mask that a file of int8 or float16 may change,
    None for the artifact's own limit.

    Raises OnparError for a file without its sidecar, for a file that was changed after its export,
    for a recipe that is missing or was changed, for a target that is unknown or cannot run here,
    and if called from a place where `run_parity` raises it.
    """
    with one_call("check_artifact"):
        path = given_path("artifact", artifact, "the path of one exported file")
        wanted = () if targets is None else names("targets", targets)
        out, limit = report_folder(report), percent("max_drop", max_drop)
        found = _sidecar(path)
        check_limits(limit, found.model)
        check_targets(wanted)
        build = Build(path.parent.parent)
        with build_lock(build.root), display() as watch:
            recipe = load_recipe(found.options)
            if recipe.model.sha256 != found.recipe_sha256:
                raise OnparError(
                    f"{path}: was exported from the recipe {found.recipe_sha256[:16]}…, but "
                    f"{found.options.recipe} is {recipe.model.sha256[:16]}… here; run "
                    "`onpar export` again, or run in the folder where it was exported"
                )
            cases = [case.name for case in recipe.cases()]
            exported = Exported(found.variant, path, found, fresh=False, seconds=0.0)
            planned = plan_captures(recipe, {found.variant: path}, {}, wanted, Runs(), build)
            done = run_jobs([one.job for one in planned if one.job], build.logs, watch)
            captures = collect_captures(planned, done)
            refused = {one.target for one in captures if one.refused}
            here = [
                t for t in targets_for(found.format) if t not in refused and t in (wanted or [t])
            ]
            not_run = [
                row
                for row in not_run_rows(recipe, [exported], captures, cases)
                if row.target in (wanted or [row.target])
            ]
            expected = [Row(target, found.variant, case) for target in here for case in cases]
            made = [capture for one in captures for capture in one.paths]
            run = check(made, (), build, watch, not_run, expected, limit)
            errors = tuple(one.failure for one in captures if one.error)
            page = written(run, out or build.reports / path.name)
        return RunResult(run, page, errors)


def _sidecar(path: Path) -> Artifact:
    if not path.exists():
        raise OnparError(
            f"{path}: no such artifact; make it with onpar.run_parity or `onpar export`"
        )
    why = why_not_exported(path)
    if why:
        raise OnparError(f"{path}: {why}")
    try:
        found = read_sidecar(sidecar_path(path))
    except SpecError as error:
        raise OnparError(str(error)) from error
    if path.parent.name != "artifacts":
        raise OnparError(
            f"{path}: is not in the folder `artifacts` of a build folder, where its goldens are "
            "found; name the file there"
        )
    digest = artifact_digest(path)
    if digest != found.sha256:
        raise OnparError(
            f"{path}: was changed after its export: its SHA-256 is {digest[:16]}…, its sidecar "
            f"says {found.sha256[:16]}…; export it again"
        )
    return found
