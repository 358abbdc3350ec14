"""All steps: export, golden, capture, check, report; unchanged steps are not run again."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import msgspec

from onpar.exporters import VARIANTS
from onpar.parity.files.lines import lines_of
from onpar.parity.files.regular_file import read_regular
from onpar.parity.judge.run import Row, Run, write_run
from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import StageVerdict, Verdict
from onpar.parity.report.page.template import TEMPLATES
from onpar.pipeline.build_folder.code import code_of
from onpar.pipeline.build_folder.exported import Exported
from onpar.pipeline.build_folder.keys import file_stamp, key_of
from onpar.pipeline.capture.capture_job import Runs
from onpar.pipeline.capture.captures import Captured, check_targets, collect_captures, plan_captures
from onpar.pipeline.check.verdicts import check
from onpar.pipeline.errors import OnparError
from onpar.pipeline.export.artifacts import collect, export_weights, plan_exports
from onpar.pipeline.export.left_out import by_whom
from onpar.pipeline.golden.goldens import plan_goldens
from onpar.pipeline.jobs.scheduler import Done, Watch, run_jobs
from onpar.pipeline.paths import CHECKOUT, REQUIRED, Build
from onpar.pipeline.preflight import of_exports as preflight
from onpar.pipeline.preflight.of_exports import apps_load
from onpar.pipeline.recipes.recipe import Recipe
from onpar.pipeline.report import write_reports
from onpar.pipeline.targets import TARGETS, elsewhere, missing, targets_for
from onpar.pipeline.weights.choice import Choice


@dataclass(frozen=True)
class Outcome:
    """The results of `onpar parity`: exports, captures, the judged run, the paths of its reports,
    and its jobs."""

    exports: list[Exported]
    captures: list[Captured]
    run: Run
    reports: Path
    jobs: tuple[Done, ...]

    @property
    def errors(self) -> list[str]:
        """Exports and captures that failed, with their reasons."""
        exports = [one.failure for one in self.exports if one.error]
        return exports + [one.failure for one in self.captures if one.error]


def parity(
    choice: Choice,
    variants: Sequence[str],
    targets: Sequence[str],
    runs: Runs,
    build: Build,
    watch: Watch,
    max_drop: float | None = None,
) -> Outcome:
    """Everything from the recipe to the report, on the named targets or on all; `max_drop` as for
    `check`. Raises OnparError as its stages do, and if the weights are not worth comparing with,
    before anything is exported."""
    check_targets(targets)

    def chosen(target: str) -> bool:
        """Also true for a target that is missing from the table: it is still required."""
        return not targets or target in targets

    recipe, weights = export_weights(choice, build, watch, variants)
    _check_gate(choice, weights)
    planned = plan_exports(recipe, choice, variants, weights, build)
    golden_paths, golden_job = plan_goldens(recipe, choice, weights, build)
    exporting = {one.variant.name: one.job for one in planned if one.job}
    files = {weights.variant: weights.path} | {
        one.variant.name: one.path
        for one in planned
        if one.variant.name in variants and (one.job or (one.found and one.found.artifact))
    }
    capturing = plan_captures(recipe, files, exporting, targets, runs, build)
    jobs = [golden_job, *(one.job for one in planned), *(one.job for one in capturing)]
    done = run_jobs([job for job in jobs if job], build.logs, watch)
    exports = [weights, *collect(planned, variants, done, build)]
    captures = collect_captures(capturing, done)
    failed = next((one.error for one in done if one.job is golden_job and one.error), "")
    if failed:
        raise OnparError(failed)
    reports = build.reports / choice.name
    paths = [path for one in captures for path in one.paths]
    cases = [case.name for case in recipe.cases()]
    refused = {(one.target, one.variant) for one in captures if one.refused}
    expected, required = (
        [
            Row(to, variant, case)
            for to, variant in rows
            if (to, variant) not in refused and chosen(to)
            for case in cases
        ]
        for rows in (_expected(exports), _required(recipe, exports, variants))
    )
    not_run = [v for v in not_run_rows(recipe, exports, captures, cases) if chosen(v.target)]
    key = key_of(
        files=[(str(path), *file_stamp(path)) for path in [*paths, *golden_paths]],
        artifacts=[e.artifact.key if e.artifact else e.error for e in exports],
        not_run=[(v.target, v.variant, v.case, v.sentence) for v in not_run],
        required=required,
        expected=expected,
        max_drop=max_drop,
        code=code_of(build).digest(
            "onpar.pipeline.parity", *preflight.MODULES, data=(*TEMPLATES, *preflight.DATA)
        ),
    )
    run = _judged(reports / "run.json", key)
    if run is None:
        loads, unloadable = apps_load(exports, recipe.model.recipe, cases)
        loads = tuple(one for one in loads if chosen(one.target))
        unloadable = [_unless_left_out(v, recipe) for v in unloadable if chosen(v.target)]
        rows = [*unloadable, *not_run]
        run = check(paths, required, build, watch, rows, expected, max_drop)
        run = _sealed(replace(run, loads=loads), key)
        write_run(reports / "run.json", run, follow_links=False)
        write_reports(run, reports)
    return Outcome(exports, captures, run, reports, tuple(done))


def _check_gate(choice: Choice, weights: Exported) -> None:
    assert weights.artifact is not None
    if weights.artifact.gate:
        raise OnparError(
            f"{choice.options.recipe} with the weights {choice.weights}: no row could be on par, "
            f"so nothing was exported. {'. '.join(weights.artifact.gate)}. To export it "
            "anyway, run `onpar export`"
        )


def _expected(exports: Sequence[Exported]) -> list[tuple[str, str]]:
    """Everything chosen that can run here."""
    return [
        (target, one.variant)
        for one in exports
        if one.error or one.artifact
        for target in targets_for(one.format)
    ]


def _required(
    recipe: Recipe, exports: Sequence[Exported], variants: Sequence[str]
) -> list[tuple[str, str]]:
    """In CI the committed list, so that a target that is missing from the tables is noticed;
    without targets and variants that were not chosen, or that the recipe leaves out with a
    reason."""
    if not os.environ.get("CI"):
        return []
    unwanted = VARIANTS.keys() - set(variants)
    unwanted |= {one.variant for one in exports if one.left_out}
    return [
        row
        for row in read_required(REQUIRED)
        if row[1] not in unwanted and not recipe.left_out_on(*row)
        # Variants that the installed packages cannot run are not required.
        if CHECKOUT or not TARGETS[row[0]].out_of_process
    ]


def not_run_rows(
    recipe: Recipe, exports: Sequence[Exported], captures: Sequence[Captured], cases: Sequence[str]
) -> Iterator[Verdict]:
    """A row for every case that could not be exported or run, with the reason."""
    rows: list[tuple[str, str, Exported, str]] = []
    for one in exports:
        for target in [*targets_for(one.format), *elsewhere(one.format)]:
            if one.error:
                rows.append((target, "", one, f"its export failed: {one.error}"))
            elif one.left_out:
                rows.append((target, "", one, by_whom(one.left_out)))
            elif one.not_installed:
                rows.append((target, "", one, f"not on this machine: {one.not_installed}"))
            elif target in elsewhere(one.format):
                why = _left_out(recipe, target, one.variant)
                rows.append((target, "", one, why or f"not on this machine: {missing(target)}"))
    by_variant = {one.variant: one for one in exports}
    for made in captures:
        exported, why = by_variant[made.variant], made.error or made.refused
        if why and not exported.error:
            rows.append((made.target, made.device, exported, why))
    for target, device, exported, why in rows:
        stage = StageVerdict("file", Status.NOT_RUN, f"not run: {why}")
        name, variant = recipe.model.recipe, exported.variant
        for case in cases:
            yield Verdict(
                name, target, variant, case, (stage,), artifact=exported.artifact, device=device
            )


def _left_out(recipe: Recipe, target: str, variant: str) -> str:
    why = recipe.left_out_on(target, variant)
    return why and f"the recipe leaves it out: {why}"


def _unless_left_out(verdict: Verdict, recipe: Recipe) -> Verdict:
    """The verdict; NOT_RUN if the recipe leaves the variant out on this target."""
    why = _left_out(recipe, verdict.target, verdict.variant)
    stage = StageVerdict("file", Status.NOT_RUN, f"not run: {why}")
    return replace(verdict, stages=(stage,)) if why else verdict


def read_required(path: Path) -> list[tuple[str, str]]:
    """`target variant` a line; `#` begins a comment. Raises OnparError for anything else."""
    try:
        text = read_regular(path).decode("utf-8")
    except OSError as error:
        raise OnparError(f"{path}: the list of required rows: {error.strerror}") from error
    except UnicodeDecodeError as error:
        why = f"not UTF-8 at byte {error.start:,}"
        raise OnparError(f"{path}: the list of required rows: {why}; save it as UTF-8") from error
    lines = [line.partition("#")[0].split() for line in lines_of(text)]
    rows = [tuple(line) for line in lines if line]
    if any(len(row) != 2 for row in rows) or not rows:
        raise OnparError(f"{path}: expected lines of `target variant`, at least one")
    return [(target, variant) for target, variant in rows]


def _sealed(run: Run, key: str) -> Run:
    """The run with the key of its inputs, and with a digest of its content: an edited run is judged
    again."""
    content = msgspec.json.encode(replace(run, key=""))
    return replace(run, key=f"{key}:{sha256(content).hexdigest()}")


def _judged(path: Path, key: str) -> Run | None:
    # Not `read_run`, which reads what anyone wrote: the key has the digest of this very content.
    try:
        run = msgspec.json.decode(read_regular(path), type=Run)
    except (OSError, msgspec.MsgspecError, RecursionError):
        return None
    kept = run.key == _sealed(run, key).key and (path.parent / "report.html").exists()
    return run if kept else None
