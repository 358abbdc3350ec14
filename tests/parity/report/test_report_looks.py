"""How the page looks: wide and narrow, light and dark, printed, and without script."""

from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, ViewportSize
from report_browser import CONTRAST, DESKTOP, LOOKS, PHONE, Scheme, box, opened, row
from report_run import passing_run

from onpar.parity.judge.run import Run
from onpar.parity.report.page.html import write_html


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_the_first_screen_answers_the_question(
    chromium: Browser, page_file: Path, run: Run, size: ViewportSize, scheme: Scheme
) -> None:
    with opened(chromium, page_file, size, scheme) as page:
        answer = page.get_by_role("heading", level=1)
        assert answer.inner_text() == run.answer
        place = box(answer)
        assert place["y"] + place["height"] < size["height"]
        assert page.title() == "Not on par – onpar"


def test_a_run_on_par_looks_otherwise_than_one_that_is_not(
    chromium: Browser, page_file: Path, tmp_path: Path
) -> None:
    passing = passing_run(tmp_path)
    good = tmp_path / "good.html"
    write_html(passing, good)
    colours, marks = [], []
    for path in (page_file, good):
        with opened(chromium, path) as page:
            header = page.locator("header")
            colours.append(header.evaluate("e => getComputedStyle(e).backgroundColor"))
            marks.append(header.locator(".mark").inner_text())
    assert colours[0] != colours[1]
    assert marks == ["✕", "✓"]
    with opened(chromium, good) as page:
        assert page.get_by_role("heading", level=1).inner_text() == passing.answer
        assert page.title() == "On par – onpar"


def test_a_link_of_the_overview_opens_its_row(chromium: Browser, page_file: Path, run: Run) -> None:
    verdict = run.verdicts[4]
    with opened(chromium, page_file) as page:
        assert not row(page, verdict).get_by_role("heading", name="Stages").is_visible()
        page.locator("table.grid tbody tr").nth(2).locator("a").last.click()
        assert row(page, verdict).get_by_role("heading", name="Stages").is_visible()
        assert row(page, verdict).locator("summary").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_a_phone(chromium: Browser, page_file: Path, scheme: Scheme) -> None:
    with opened(chromium, page_file, PHONE, scheme) as page:
        page.locator("details").evaluate_all("all => all.forEach(e => e.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        outside = page.locator("body *").evaluate_all(
            "all => all.filter(e => !e.closest('.scroll') && e.offsetParent"
            " && getComputedStyle(e).position !== 'absolute'"
            " && e.getBoundingClientRect().right > innerWidth + 0.5).map(e => e.outerHTML)"
        )
        assert outside == []


LABELS = """all => all.map(svg => {
  const outer = svg.getBoundingClientRect(), texts = [...svg.querySelectorAll('text')];
  const inside = b => b.left >= outer.left && b.right <= outer.right
    && b.top >= outer.top && b.bottom <= outer.bottom;
  return {
    label: svg.querySelector('text.bound').textContent,
    cut: texts.filter(t => !inside(t.getBoundingClientRect())).map(t => t.textContent),
  };
})"""
"""Of each histogram the label of its bound, and the texts that do not lie within it."""


@pytest.mark.parametrize("width", [360, 1280, 1920])
def test_no_label_of_a_histogram_is_cut_off(chromium: Browser, page_file: Path, width: int) -> None:
    with opened(chromium, page_file, {"width": width, "height": 900}) as page:
        page.locator("details").evaluate_all("all => all.forEach(e => e.open = true)")
        found = page.locator("svg.histogram").evaluate_all(LABELS)
    assert any("the allowed error of its channel, ≤ " in one["label"] for one in found)
    assert [one["cut"] for one in found if one["cut"]] == []


def test_the_page_needs_no_script(chromium: Browser, page_file: Path, run: Run) -> None:
    with opened(chromium, page_file, java_script_enabled=False) as page:
        assert page.get_by_text(run.answer).is_visible()
        assert page.locator("details[open] img").first.is_visible()


@pytest.mark.parametrize(
    ("scheme", "media"), [("light", "screen"), ("dark", "screen"), ("dark", "print")]
)
def test_text_has_the_contrast_that_wcag_asks_for(
    chromium: Browser, page_file: Path, scheme: Scheme, media: Literal["print", "screen"]
) -> None:
    with opened(chromium, page_file, DESKTOP, scheme) as page:
        page.emulate_media(media=media)
        paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
        dark = int(paper.strip("rgb()").split(",")[0]) < 128
        assert dark == (scheme == "dark" and media == "screen")
        for selector in ("h1", "h2", ".origin", ".badge", ".facts", ".detail td", "dt"):
            ratios = page.locator(selector).evaluate_all(f"all => all.map({CONTRAST})")
            assert ratios and min(ratios) >= 4.5, selector
