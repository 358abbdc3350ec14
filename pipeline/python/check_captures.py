"""`onpar.check_captures`: the implementation of `onpar check`, for the command and for Python."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from onpar.parity.judge.run import Run, write_run
from onpar.pipeline.check.verdicts import check, parse_row
from onpar.pipeline.errors import writing
from onpar.pipeline.jobs.display import display
from onpar.pipeline.paths import Build
from onpar.pipeline.python.one_call import names, one_call, paths
from onpar.pipeline.python.run_results import RunResult
from onpar.pipeline.report import write_reports


def check_captures(
    captures: str | os.PathLike[str] | Sequence[str | os.PathLike[str]] = (),
    *,
    require: str | Sequence[str] = (),
    build: str | os.PathLike[str] = "build",
    report: str | os.PathLike[str] | None = None,
) -> RunResult:
    """Judge captures by the goldens: `onpar check`.

    `captures` are files, or folders of files; by default all captures in the build folder. `build`
    is the folder with their artifacts and goldens. `require` names rows that must exist and be on
    par, as "TARGET:VARIANT:CASE". `report` is a folder for `report.html`, `junit.xml` and
    `run.json`.

    PyTorch runs, in a separate process, only for a capture whose input is not the golden's.

    Raises OnparError for a path that does not exist, and for an invalid row or report folder.
    """
    with one_call("check_captures"):
        folder = Build(paths(build)[0])
        rows = [parse_row(text) for text in names("require", require)]
        with display() as watch:
            run = check(paths(captures) or [folder.captures], rows, folder, watch)
        return RunResult(run, written(run, report))


def written(run: Run, report: str | os.PathLike[str] | None) -> Path | None:
    """The HTML page of the run, written into the folder; None without a folder."""
    if report is None:
        return None
    folder = Path(report)
    with writing(f"report={str(folder)!r}", "a folder that can be written"):
        write_run(folder / "run.json", run)
        return write_reports(run, folder).html
