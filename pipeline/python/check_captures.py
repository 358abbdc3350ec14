"""`onpar.check_captures`: the implementation of `onpar check`, for the command and for Python."""

from __future__ import annotations

import os
from pathlib import Path

from onpar.parity.judge.run import Run, write_run
from onpar.pipeline.check.verdicts import check, parse_row
from onpar.pipeline.errors import writing
from onpar.pipeline.jobs.display import display
from onpar.pipeline.paths import Build
from onpar.pipeline.python.arguments import Names, Paths, names, path, paths, percent
from onpar.pipeline.python.one_call import one_call
from onpar.pipeline.python.run_results import RunResult
from onpar.pipeline.report import write_reports

CAPTURES = "the path of a capture file or of a folder of them, or several in a list"


def check_captures(
    captures: Paths | None = None,
    *,
    require: Names = (),
    build: str | os.PathLike[str] = "build",
    report: str | os.PathLike[str] | None = None,
    max_drop: float | None = None,
) -> RunResult:
    """Judge captures by the goldens: `onpar check`.

    `captures` are files, or folders of files, one or several; None is all captures in the build
    folder, and an empty list, such as that of a glob without matches, is refused. `build` is the
    folder with their artifacts and goldens. `require` names rows that must exist and be on par, as
    "TARGET:VARIANT:CASE". `report` is a folder for `report.html`, `junit.xml` and `run.json`.
    `max_drop` is the percent of the pixels of a class map or a mask that int8 and float16 may
    change, None for each artifact's own limit.

    PyTorch runs, in a separate process, only for a capture whose input is not the golden's.

    Raises OnparError for no captures, for a path that does not exist, and for an invalid row or
    report folder.
    """
    with one_call("check_captures"):
        folder = Build(path("build", build, "the path of a folder"))
        rows = [parse_row(text) for text in names("require", require, none=True)]
        out, limit = report_folder(report), percent("max_drop", max_drop)
        given = (folder.captures,) if captures is None else paths("captures", captures, CAPTURES)
        with display() as watch:
            run = check(given, rows, folder, watch, max_drop=limit)
        return RunResult(run, written(run, out))


def report_folder(report: str | os.PathLike[str] | None) -> Path | None:
    """The folder for the report; None if none is wanted. Raises OnparError for anything else."""
    return None if report is None else path("report", report, "the path of a folder")


def written(run: Run, folder: Path | None) -> Path | None:
    """The HTML page of the run, written into the folder; None without a folder."""
    if folder is None:
        return None
    with writing(f"report={str(folder)!r}", "a folder that can be written"):
        write_run(folder / "run.json", run)
        return write_reports(run, folder).html
