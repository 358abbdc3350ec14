"""`onpar.check_captures`: what `onpar check` does, for the command and for Python."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from onpar.parity.judge.run import Run, write_run
from onpar.pipeline.check.verdicts import check, parse_row
from onpar.pipeline.cli.display import display
from onpar.pipeline.errors import writing
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

    `captures` are files, or folders of them; by default all of the build folder's. `build` is the
    folder with their artifacts and goldens. `require` names rows that must be there and on par, as
    "TARGET:VARIANT:CASE". `report` is a folder for `report.html`, `junit.xml` and `run.json`.

    PyTorch runs, in a process of its own, only for a capture whose input is not the golden's.

    Raises OnparError for a path that does not exist, and for a row or a report that is none.
    """
    with one_call("check_captures"):
        folder = Build(paths(build)[0])
        rows = [parse_row(text) for text in names("require", require)]
        with display() as watch:
            run = check(paths(captures) or [folder.captures], rows, folder, watch)
        return RunResult(run, written(run, report))


def written(run: Run, report: str | os.PathLike[str] | None) -> Path | None:
    """The HTML page of the run, written into the folder; None where none is wanted."""
    if report is None:
        return None
    folder = Path(report)
    with writing(f"report={str(folder)!r}", "a folder that can be written"):
        write_run(folder / "run.json", run)
        return write_reports(run, folder).html
