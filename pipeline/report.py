"""Verdicts → reports: JUnit XML and the HTML page."""

from __future__ import annotations

from pathlib import Path

from parity.atomic import write_text
from parity.run import Run


def write_reports(run: Run, folder: Path) -> None:
    """Write `report.html` and `junit.xml` into the folder."""
    from parity.report.html import write_html
    from parity.report.junit import junit_xml

    write_text(folder / "junit.xml", junit_xml(run))
    write_html(run, folder / "report.html")
