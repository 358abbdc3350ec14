"""The whole way: export, golden, capture, check, report; what is done already is not done again."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from parity.run import Row, Run, RunError, read_run, write_run
from parity.status import Status
from parity.verdict import StageVerdict, Verdict
from pipeline.capture import Captured, Runs, capture
from pipeline.check import check
from pipeline.choice import Choice
from pipeline.errors import OnparError
from pipeline.export import Exported, export
from pipeline.golden import golden
from pipeline.jobs import Watch
from pipeline.keys import key_of, source_digest
from pipeline.paths import REQUIRED, ROOT, Build
from pipeline.report import write_reports
from pipeline.targets import takers

JUDGE_SOURCES = sorted([*(ROOT / "parity").rglob("*.py"), *(ROOT / "parity").rglob("*.j2")])
"""Whatever shapes verdicts and reports."""


@dataclass(frozen=True)
class Outcome:
    """What `onpar parity` did: exports, captures, the judged run, and where its reports are."""

    exports: list[Exported]
    captures: list[Captured]
    run: Run
    reports: Path

    @property
    def errors(self) -> list[str]:
        """Exports and captures that failed, with their reasons."""
        exports = [one.failure for one in self.exports if one.error]
        return exports + [one.failure for one in self.captures if one.error]


def parity(
    choice: Choice, formats: Sequence[str], runs: Runs, build: Build, watch: Watch
) -> Outcome:
    """Everything from the recipe to the report. Raises OnparError as its stages do."""
    recipe, exports = export(choice, formats, build, watch)
    goldens = golden(recipe, choice, exports[0], build, watch)
    captures = capture(recipe, exports, [], runs, build, watch)
    reports = build.reports / choice.name
    paths = [path for one in captures for path in one.paths]
    cases = [case.name for case in recipe.cases()]
    required = [
        Row(target, variant, case) for target, variant in _required(exports) for case in cases
    ]
    key = key_of(
        files=[_stamp(path) for path in [*paths, *goldens.paths]],
        artifacts=[e.artifact.key if e.artifact else e.error for e in exports],
        captures=[one.error for one in captures],
        required=required,
        sources=source_digest(JUDGE_SOURCES),
    )
    run = _judged(reports / "run.json", key)
    if run is None:
        not_run = list(_not_run(choice, exports, captures, cases))
        run = replace(check(paths, required, build, watch, not_run), key=key)
        write_run(reports / "run.json", run)
        write_reports(run, reports)
    return Outcome(exports, captures, run, reports)


def _required(exports: Sequence[Exported]) -> list[tuple[str, str]]:
    """Everything that can run here; under CI the committed list as well, so that a target that
    dropped out of the tables is missed."""
    required = [(target, one.variant) for one in exports for target in takers(one.format)]
    return required + (read_required(REQUIRED) if os.environ.get("CI") else [])


def _not_run(
    choice: Choice, exports: Sequence[Exported], captures: Sequence[Captured], cases: Sequence[str]
) -> Iterator[Verdict]:
    """A row for every case of what could not be exported, or not be run, with the reason."""
    failed = [
        (target, one.variant, f"its export failed: {one.error}")
        for one in exports
        if one.error
        for target in takers(one.format)
    ]
    failed += [(one.target, one.variant, one.error) for one in captures if one.error]
    for target, variant, error in failed:
        stage = StageVerdict("file", Status.NOT_RUN, f"not run: {error}")
        for case in cases:
            yield Verdict(choice.options.recipe, target, variant, case, (stage,))


def read_required(path: Path) -> list[tuple[str, str]]:
    """`target variant` a line; `#` begins a comment. Raises OnparError for anything else."""
    try:
        lines = [line.partition("#")[0].split() for line in path.read_text().splitlines()]
    except OSError as error:
        raise OnparError(f"{path}: the list of required rows: {error.strerror}") from error
    rows = [tuple(line) for line in lines if line]
    if any(len(row) != 2 for row in rows) or not rows:
        raise OnparError(f"{path}: expected lines of `target variant`, at least one")
    return [(target, variant) for target, variant in rows]


def _stamp(path: Path) -> tuple[str, int, int]:
    """Name, size and time of a file: written whole, it changes only by being replaced."""
    status = path.stat()
    return str(path), status.st_size, status.st_mtime_ns


def _judged(path: Path, key: str) -> Run | None:
    try:
        run = read_run(path)
    except RunError:
        return None
    return run if run.key == key and (path.parent / "report.html").exists() else None
