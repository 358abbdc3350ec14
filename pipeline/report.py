"""Verdicts → reports: JUnit XML and the HTML page, and the changes since a baseline."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from onpar.parity.baseline.compare import BaselineError, compare
from onpar.parity.baseline.comparison import Comparison
from onpar.parity.files.atomic import write_text
from onpar.parity.judge.run import Run, RunError, read_run
from onpar.pipeline.errors import OnparError, writing


@dataclass(frozen=True)
class Reports:
    """The files of a run's report, and the comparison in them, if there was a baseline."""

    html: Path
    junit: Path
    comparison: Comparison | None


def report(run: Path, baseline: Path | None, out: Path | None) -> Reports:
    """Write the reports of a saved run, by default into its folder. Raises OnparError if a file is
    not a run, and if the baseline has nothing in common with the run."""
    try:
        judged = read_run(run)
        comparison = compare(judged, read_run(baseline)) if baseline else None
    except RunError as error:
        raise OnparError(str(error)) from error
    except BaselineError as error:
        raise OnparError(f"{baseline}: cannot be the baseline of {run}: {error}") from error
    folder = out or run.parent
    with writing(f"{folder}/", "a folder that can be written with --out"):
        return write_reports(judged, folder, comparison)


def write_reports(run: Run, folder: Path, comparison: Comparison | None = None) -> Reports:
    """Write `report.html` and `junit.xml` into the folder."""
    from onpar.parity.report.junit import junit_xml
    from onpar.parity.report.page.html import write_html

    made = Reports(folder / "report.html", folder / "junit.xml", comparison)
    write_text(made.junit, junit_xml(run), follow_links=False)
    write_html(run, made.html, comparison)
    return made
