"""What the page shows, as a browser shows it: wide and narrow, light and dark."""

from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from report_run import CLASSES, HOSTILE, make_run, passing_run

from parity.capture import read_capture
from parity.report.html import write_html

DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
LOOKS = [(size, scheme) for size in (DESKTOP, PHONE) for scheme in ("light", "dark")]

CONTRAST = """element => {
  const linear = c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const numbers = colour => colour.match(/[\\d.]+/g).map(Number);
  let behind = element;
  while (numbers(getComputedStyle(behind).backgroundColor)[3] === 0) behind = behind.parentElement;
  const pair = [getComputedStyle(element).color, getComputedStyle(behind).backgroundColor];
  const [a, b] = pair.map(c => luminance(numbers(c)) + 0.05);
  return Math.max(a, b) / Math.min(a, b);
}"""
"""WCAG 2.2's contrast ratio of an element's text and what lies behind it."""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return make_run(tmp_path_factory.mktemp("run"))


@pytest.fixture(scope="module")
def page_file(run, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "report.html"
    write_html(run, path)
    return path


@contextmanager
def opened(browser, path, size=DESKTOP, scheme="light", **options):
    """The page in a fresh browser context; no request but itself, and no complaint."""
    context = browser.new_context(viewport=size, color_scheme=scheme, **options)
    page = context.new_page()
    requests, complaints = [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(path.as_uri())
    yield page
    assert [url for url in requests if not url.startswith("data:")] == [path.as_uri()]
    assert complaints == []
    context.close()


@pytest.fixture(scope="module")
def desktop(chromium, page_file):
    """The page as it opens on a desktop, for tests that only look."""
    with opened(chromium, page_file) as page:
        yield page


def row(page, verdict):
    """The section of a row."""
    sections = page.locator("details.row")
    heading = page.locator("h3", has_text=f"{verdict.target} {verdict.variant} on {verdict.case}")
    return sections.filter(has=heading).filter(
        has=page.locator("summary > .badge", has_text=verdict.status)
    )


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_the_first_screen_answers_the_question(chromium, page_file, run, size, scheme):
    with opened(chromium, page_file, size, scheme) as page:
        answer = page.get_by_role("heading", level=1)
        assert answer.inner_text() == run.answer
        box = answer.bounding_box()
        assert box["y"] + box["height"] < size["height"]
        assert page.title() == "Not on par – onpar"


def test_a_run_on_par_looks_otherwise_than_one_that_is_not(chromium, page_file, tmp_path):
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


def test_coverage_says_what_each_unjudged_target_needs(desktop, run):
    text = desktop.get_by_role("region", name="2 of 5 targets judged").inner_text()
    for target in run.targets:
        assert target.name in text
        assert target.judged or target.needs.replace("`", "") in text


def test_the_overview_names_the_status_of_every_row(desktop, run):
    table = desktop.locator("table.grid")
    heads = table.locator("thead th").all_inner_texts()
    for verdict in run.verdicts:
        name = f"{verdict.target} {verdict.variant}"
        line = table.locator("tbody tr").filter(
            has=desktop.get_by_role("rowheader", name=name, exact=True)
        )
        cell = line.locator("th, td").nth(heads.index(verdict.case))
        assert cell.inner_text().strip() == verdict.status
    [absent] = run.absent
    assert table.get_by_text("ABSENT").count() == 1
    assert desktop.get_by_text(f"{absent.target} {absent.variant} on {absent.case}").is_visible()


def test_failing_rows_come_first_and_open_and_the_first_that_passes_is_open_too(desktop, run):
    sections = desktop.locator("details.row")
    states = sections.evaluate_all("all => all.map(e => [e.className.split(' ')[1], e.open])")
    assert states == [
        *[["bad", True]] * len(run.failed),
        *[["open", False]] * 2,
        ["good", True],
        ["good", False],
    ]
    for verdict in run.verdicts:
        sentence = verdict.sentence.replace("`", "").strip()
        assert row(desktop, verdict).get_by_text(sentence).first.is_visible()


def test_a_link_of_the_overview_opens_its_row(chromium, page_file, run):
    verdict = run.verdicts[4]
    with opened(chromium, page_file) as page:
        assert not row(page, verdict).get_by_role("heading", name="Stages").is_visible()
        page.locator("table.grid tbody tr").nth(2).locator("a").last.click()
        assert row(page, verdict).get_by_role("heading", name="Stages").is_visible()
        assert row(page, verdict).locator("summary").is_visible()


def test_every_picture_is_there_and_described(desktop, run):
    images = desktop.locator("img").evaluate_all(
        "async all => { await Promise.all(all.map(e => e.decode()));"
        " return all.map(e => [e.naturalWidth, e.naturalHeight, e.alt]); }"
    )
    # Six rows were captured; the unreadable one has the golden's photo and map alone.
    assert len(images) == 6 * 4 + 2
    assert all((width, height) == (64, 48) for width, height, _ in images)
    assert all(len(alt) > 20 for _, _, alt in images)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_a_phone(chromium, page_file, scheme):
    with opened(chromium, page_file, PHONE, scheme) as page:
        page.locator("details").evaluate_all("all => all.forEach(e => e.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        outside = page.locator("body *").evaluate_all(
            "all => all.filter(e => !e.closest('.scroll') && e.offsetParent"
            " && getComputedStyle(e).position !== 'absolute'"
            " && e.getBoundingClientRect().right > innerWidth + 0.5).map(e => e.outerHTML)"
        )
        assert outside == []


def test_the_legend_lists_exactly_the_classes_that_occur(chromium, page_file, run):
    with opened(chromium, page_file) as page:
        page.locator("details").evaluate_all("all => all.forEach(e => e.open = true)")
        for verdict in run.verdicts[:6]:
            files = (verdict.golden, verdict.capture)
            maps = [read_capture(Path(file)).tensors["classmap"] for file in files]
            occurring = {CLASSES[n] for n in np.unique(np.stack(maps))}
            legend = row(page, verdict).locator("table.legend")
            assert legend.count() == 1
            names = legend.locator("tbody th").all_inner_texts()
            assert sorted(name.strip() for name in names) == sorted(occurring)
            golden = legend.locator("tbody td:nth-child(2)").all_inner_texts()
            assert sum(float(text.strip("%")) for text in golden) == pytest.approx(100, abs=0.01)


def test_what_a_capture_says_is_shown_and_never_run(desktop, run):
    assert desktop.locator("script").count() == 0
    assert desktop.title() == "Not on par – onpar"
    assert row(desktop, run.verdicts[0]).get_by_text(HOSTILE).is_visible()
    assert desktop.locator("table.grid thead th").get_by_text(HOSTILE).is_visible()


def test_the_page_needs_no_script(chromium, page_file, run):
    with opened(chromium, page_file, java_script_enabled=False) as page:
        assert page.get_by_text(run.answer).is_visible()
        assert page.locator("details[open] img").first.is_visible()


def test_a_row_shows_stages_metrics_environment_and_artifact(desktop, run):
    verdict = run.verdicts[0]
    text = " ".join(row(desktop, verdict).inner_text().split())
    for stage in verdict.stages:
        assert stage.detail in text
    output = next(stage for stage in verdict.stages if stage.stage == "output")
    assert output.tolerance.reason in text
    for shown in (
        *("Mean IoU 1.0000", "Flips unexplained 0", "Median 41.2 ms", "90th percentile 43.9 ms"),
        *("Runs, warm-up 3, 1", "Load 183 ms", "Peak memory 412 MB", "Threads 2"),
        *("Device Intel Xeon Platinum 8581C", "System Linux 6.1, x86_64", "Engine cpu"),
        *("Size 168.4 MB", verdict.artifact.sha256, "Weights seeded:0"),
        f"Runtime {HOSTILE} 1.31.1",
    ):
        assert shown in text


def test_an_input_of_its_own_is_said_and_the_error_is_against_the_golden(desktop, run):
    note = "The target's input is not the golden's."
    assert desktop.get_by_text(note).count() == 1
    assert row(desktop, run.verdicts[5]).get_by_text(note).is_visible()


def test_errors_that_no_one_has_measured_a_tolerance_for_are_shown_as_such(
    chromium, page_file, run
):
    with opened(chromium, page_file) as page:
        unjudged = row(page, run.verdicts[3])
        unjudged.locator("summary").click()
        assert unjudged.get_by_text("has not been measured for this precision").is_visible()
        assert unjudged.locator(".histogram").get_by_text("the largest error").is_visible()


@pytest.mark.parametrize(
    ("scheme", "media"), [("light", "screen"), ("dark", "screen"), ("dark", "print")]
)
def test_text_has_the_contrast_that_wcag_asks_for(chromium, page_file, scheme, media):
    with opened(chromium, page_file, DESKTOP, scheme) as page:
        page.emulate_media(media=media)
        paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
        dark = int(paper.strip("rgb()").split(",")[0]) < 128
        assert dark == (scheme == "dark" and media == "screen")
        for selector in ("h1", "h2", ".origin", ".badge", ".facts", ".detail td", "dt"):
            ratios = page.locator(selector).evaluate_all(f"all => all.map({CONTRAST})")
            assert ratios and min(ratios) >= 4.5, selector
