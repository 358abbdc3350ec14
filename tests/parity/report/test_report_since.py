"""What changed since a baseline is the same in the terminal, on the page and on GitHub."""

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from github_runner import obeyed
from markdown_reader import html, words
from numpy.typing import NDArray
from playwright.sync_api import Browser, ViewportSize
from report_browser import CONTRAST, DESKTOP, LOOKS, PHONE, Scheme, box, opened
from report_maker import HOSTILE, Maker, of_peaks
from rich.console import Console

from onpar.parity.baseline.compare import compare
from onpar.parity.baseline.comparison import Comparison, Kind
from onpar.parity.judge.run import Run
from onpar.parity.report.changes import latencies, lines
from onpar.parity.report.github import change_annotations
from onpar.parity.report.markdown import change_summary
from onpar.parity.report.page.html import write_html
from onpar.parity.report.since import print_comparison

WHEN = "2025-11-20T09:00:00+00:00"


def off(tensors: dict[str, NDArray[Any]]) -> None:
    """A third of what is allowed."""
    tensors["out"] += of_peaks(tensors["out"], 1.2e-6)


@pytest.fixture(scope="module")
def baseline(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run before `run`, with rows of every kind of change."""
    maker = Maker(tmp_path_factory.mktemp("baseline"))
    onnx = maker.artifact("onnx")
    rows = [v for v in run.verdicts if v.case != "chelsea" and v.target != "android-host"]
    rows[0] = maker.row("onnxruntime", onnx, "astronaut", off)
    rows[1] = maker.row("onnxruntime", onnx, "coffee")
    rows.append(maker.row("pytorch-eager", maker.artifact("safetensors"), HOSTILE))
    return Run("0.0.9", WHEN, tuple(rows), run.targets, ())


@pytest.fixture(scope="module")
def comparison(run: Run, baseline: Run) -> Comparison:
    return compare(run, baseline)


@pytest.fixture(scope="module")
def since_page(run: Run, comparison: Comparison, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("since") / "report.html"
    write_html(run, path, comparison)
    return path


def printed(comparison: Comparison, width: int = 80) -> str:
    file = io.StringIO()
    print_comparison(comparison, Console(file=file, width=width))
    return file.getvalue()


def test_the_rows_of_this_run_changed_in_every_way(comparison: Comparison) -> None:
    kinds = {change.kind for change in comparison.changes}
    assert kinds == set(Kind) - {Kind.CHANGED}
    assert [line.tone for line in lines(comparison)] == ["bad", "bad", "good", *["open"] * 3]


def test_the_terminal_says_every_change_in_80_columns_and_ends_on_the_answer(
    comparison: Comparison,
) -> None:
    text = printed(comparison)
    assert max(map(len, text.splitlines())) <= 80
    flat = " ".join(text.split())
    for line in lines(comparison):
        assert " ".join(f"{line.kind}: {line.rows} {line.text}".split()) in flat
    assert f"onpar: 0.0.9 → 0.1.0 Rows: {comparison.counts}. {comparison.answer}" in flat
    assert flat.endswith(comparison.answer)


def test_figures_that_moved_are_written_before_and_now(comparison: Comparison) -> None:
    [better] = [line.text for line in lines(comparison) if line.kind is Kind.BETTER]
    assert better.startswith("PASS; error 0.")
    assert " of what is allowed, SNR " in better and " dB → 146.1 dB" in better


def test_nothing_that_changed_is_said_as_such(run: Run) -> None:
    same = compare(run, run)
    assert lines(same) == []
    assert "No row that was on par is lost." in printed(same)


def test_the_page_shows_every_change_above_the_overview(
    chromium: Browser, since_page: Path, comparison: Comparison
) -> None:
    with opened(chromium, since_page) as page:
        section = page.get_by_role("region", name="Since the baseline")
        items = section.locator(".changes li").all_inner_texts()
        assert len(items) == len(lines(comparison))
        for item, line in zip(items, lines(comparison), strict=True):
            assert item.split()[0] == line.kind
            assert line.rows in item and line.text.replace("`", "") in item
        overview = page.get_by_role("region", name="Overview", exact=True)
        assert box(section)["y"] < box(overview)["y"]
        assert section.get_by_text(comparison.answer).is_visible()
        assert section.get_by_text("onpar: 0.0.9 → 0.1.0").is_visible()


def test_the_page_shows_latency_folded_and_as_no_change(
    chromium: Browser, since_page: Path, comparison: Comparison
) -> None:
    with opened(chromium, since_page) as page:
        table = page.locator(".since table")
        assert not table.is_visible()
        page.get_by_text("Latency, for information only").click()
        found = latencies(comparison)
        assert {latency.artifact for latency in found} >= {"onnxruntime onnx-fp32-tensor"}
        for latency in found:
            row = table.locator("tbody tr").filter(has_text=latency.artifact)
            assert row.locator("td").all_inner_texts() == [latency.before, latency.now]


def test_a_page_without_a_baseline_has_no_such_section(chromium: Browser, page_file: Path) -> None:
    with opened(chromium, page_file) as page:
        assert page.locator(".since").count() == 0


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_the_section_can_be_read_on_every_screen(
    chromium: Browser, since_page: Path, size: ViewportSize, scheme: Scheme
) -> None:
    with opened(chromium, since_page, size, scheme) as page:
        page.locator(".since details").evaluate_all("all => all.forEach(e => e.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        for selector in (".since .badge", ".changes b", ".changes span", ".since p", ".since td"):
            ratios = page.locator(selector).evaluate_all(f"all => all.map({CONTRAST})")
            assert ratios and min(ratios) >= 4.5, selector
        answer = box(page.get_by_role("heading", level=1))
        assert answer["y"] + answer["height"] < size["height"]


def test_a_name_out_of_a_capture_is_text(chromium: Browser, since_page: Path) -> None:
    with opened(chromium, since_page, DESKTOP) as page:
        assert page.title() == "Not on par – onpar"
        assert page.locator(".changes").get_by_text(HOSTILE).is_visible()


def test_the_job_summary_shows_every_change(comparison: Comparison) -> None:
    seen = words(html(change_summary(comparison)))
    assert seen.startswith(f"✕ {comparison.answer}")
    for line in lines(comparison):
        assert " ".join(f"{line.kind} {line.rows} {line.text}".split()) in seen
    for room in range(0, len(change_summary(comparison).encode()), 97):
        assert len(change_summary(comparison, room).encode()) <= room


def test_github_annotates_what_is_lost_as_an_error_and_other_losses_as_warnings(
    comparison: Comparison,
) -> None:
    found = [obeyed(line) for line in change_annotations(comparison)]
    assert [kind for kind, _, _ in found] == ["error", "error"]
    titles = [properties["title"] for _, properties, _ in found]
    assert titles[0] == "WORSE since the baseline: onnxruntime onnx-fp32-tensor on coffee"
    assert titles[1].startswith("GONE since the baseline: pytorch-eager")


def test_github_warns_of_a_row_that_is_on_par_still_but_nearer_to_its_limit(
    run: Run, baseline: Run
) -> None:
    turned = compare(replace(baseline, verdicts=baseline.verdicts[:1]), run)
    found = [obeyed(line) for line in change_annotations(turned)]
    warned = [properties["title"] for kind, properties, _ in found if kind == "warning"]
    assert warned == ["WORSE since the baseline: onnxruntime onnx-fp32-tensor on astronaut"]


def test_the_section_of_a_phone_is_as_wide_as_it(chromium: Browser, since_page: Path) -> None:
    with opened(chromium, since_page, PHONE) as page:
        section = box(page.locator(".since"))
        assert section["x"] + section["width"] <= PHONE["width"]
