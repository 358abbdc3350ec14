"""Every report says of a lower precision what it computes and what it costs, on par or not."""

from __future__ import annotations

import io
from dataclasses import replace
from html import unescape
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from playwright.sync_api import Browser
from report_browser import DESKTOP, PHONE, opened
from report_run import make_run
from rich.console import Console

from onpar.parity.contract.drop import Drop
from onpar.parity.judge.run import Run, read_run, write_run
from onpar.parity.judge.verdict import Verdict
from onpar.parity.report.halves import halves
from onpar.parity.report.junit import junit_xml
from onpar.parity.report.markdown import escaped, job_summary
from onpar.parity.report.page.html import write_html
from onpar.parity.report.terminal import print_run
from onpar.pipeline.check.verdicts import check
from onpar.pipeline.jobs.scheduler import Watch
from onpar.pipeline.paths import Build

YES = "computes what was exported: yes (equal to the bit; 13 operators, 0.5000 steps at most)"
COST = "costs 0.65 % of the pixels: at most 25 % allowed"
TOO_MUCH = "costs 0.65 % of the pixels: more than 0.5 % allowed by --max-drop"


def judged(build: Path, max_drop: float | None = None) -> Run:
    """Its int8 rows: `astronaut` costs 0.65 %, the others nothing."""
    watch = Watch(lambda *_: None, lambda _: None)
    return check([build / "captures"], [], Build(build), watch, max_drop=max_drop)


def words(text: str) -> str:
    return " ".join(text.split())


def printed(run: Run) -> str:
    file = io.StringIO()
    print_run(run, Console(file=file, width=80))
    return words(file.getvalue())


@pytest.mark.parametrize(("limit", "cost"), [(None, COST), (0.5, TOO_MUCH)])
def test_terminal_markdown_junit_and_json_say_both_halves(
    street_int8: Path, tmp_path: Path, limit: float | None, cost: str
) -> None:
    run = judged(street_int8, limit)
    worst = f"{YES}; {cost} (astronaut, the worst of 4 cases)"
    assert worst in printed(run)
    assert escaped(worst, 1000) in job_summary(run)
    suite = next(s for s in ET.fromstring(junit_xml(run)) if s.get("name") == "onnxruntime")
    lines = (suite.findtext("system-out") or "").splitlines()
    assert len(lines) == 4
    assert f"onnx-int8-tensor on astronaut: {YES}; {cost}" in lines
    write_run(tmp_path / "run.json", run)
    kept = read_run(tmp_path / "run.json").verdicts
    assert [v.halves for v in kept] == [v.halves for v in run.verdicts]
    [drop] = [v.drop for v in kept if v.case == "astronaut"]
    assert drop == Drop(100 * 10 / (32 * 48), limit or 25, "--max-drop" if limit else "")


def test_the_page_says_both_halves_and_shows_what_float_shows(
    street_int8: Path, tmp_path: Path, chromium: Browser
) -> None:
    for limit, cost in ((None, COST), (0.5, TOO_MUCH)):
        path = tmp_path / f"{limit}.html"
        write_html(judged(street_int8, limit), path)
        text = unescape(path.read_text("utf-8"))
        assert f"{YES[1:]}; {cost}" in text
        assert "Class map</h4>" not in text
        assert "Class map against the float model" in text
        assert "has not been measured" not in text
        for size in (DESKTOP, PHONE):
            with opened(chromium, path, size, "light") as page:
                row = page.locator("details.row[open]").first
                for caption in (
                    "Float what PyTorch shows",
                    "Golden what the exported program shows",
                    "Captured what the target shows",
                ):
                    assert row.get_by_text(caption).is_visible()
                assert row.locator(".pictures img").count() == 5
                assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def with_drop(row: Verdict, case: str, percent: float) -> Verdict:
    stages = tuple(
        replace(s, drop=replace(s.drop, percent=percent)) if s.drop else s for s in row.stages
    )
    return replace(row, case=case, stages=stages)


def test_of_cases_that_differ_the_worst_is_named_and_of_equal_ones_none(street_int8: Path) -> None:
    row = next(v for v in judged(street_int8).verdicts if v.case == "astronaut")
    rows = [with_drop(row, case, 10.0 * n) for n, case in enumerate("abcd")]
    [(heading, said)] = halves([rows[1], rows[3], rows[2]])
    assert heading == "onnxruntime onnx-int8-tensor"
    assert said == (
        f"{YES}; costs 30.00 % of the pixels: more than 25 % allowed (d, the worst of 3 cases)"
    )
    [(_, said)] = halves([rows[1], replace(rows[1], case="z")])
    assert said == f"{YES}; costs 10.00 % of the pixels: at most 25 % allowed"


def test_float32_and_what_did_not_run_have_no_halves(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    assert [heading for heading, _ in halves(run.verdicts)] == ["onnxruntime onnx-int8-tensor"]
    [int8] = [v for v in run.verdicts if v.halves]
    assert int8.fidelity == "computes what was exported: not known"
    assert int8.quality.startswith("costs 0.00 % of the pixels: at most 25 % allowed")
