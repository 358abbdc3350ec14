"""What the report's tests share: a run with every kind of row, and its page."""

from pathlib import Path

import pytest
from report_run import make_run

from onpar.parity.judge.run import Run
from onpar.parity.report.page.html import write_html


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return make_run(tmp_path_factory.mktemp("run"))


@pytest.fixture(scope="module")
def page_file(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "report.html"
    write_html(run, path)
    return path
