"""What the page says, as a browser shows it."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page
from present import present
from report_browser import opened, row
from report_maker import CLASSES, HOSTILE

from onpar.parity.contract.capture import read_capture
from onpar.parity.judge.run import Run


@pytest.fixture(scope="module")
def desktop(chromium: Browser, page_file: Path) -> Iterator[Page]:
    """The page as it opens on a desktop, for tests that only look."""
    with opened(chromium, page_file) as page:
        yield page


def test_coverage_says_what_each_unjudged_target_needs(desktop: Page, run: Run) -> None:
    text = desktop.get_by_role("region", name="2 of 5 targets judged").inner_text()
    for target in run.targets:
        assert target.name in text
        assert target.judged or target.needs.replace("`", "") in text


def test_the_overview_names_the_status_of_every_row(desktop: Page, run: Run) -> None:
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


def test_failing_rows_come_first_and_open_and_the_first_that_passes_is_open_too(
    desktop: Page, run: Run
) -> None:
    sections = desktop.locator("details.row")
    states = sections.evaluate_all("all => all.map(e => [e.className.split(' ')[1], e.open])")
    assert states == [
        *[["bad", True]] * len(run.failed),
        ["open", False],
        ["good", True],
        ["good", False],
        ["open", False],
    ]
    for verdict in run.verdicts:
        sentence = verdict.sentence.replace("`", "").strip()
        assert row(desktop, verdict).get_by_text(sentence).first.is_visible()


def test_every_picture_is_there_and_described(desktop: Page, run: Run) -> None:
    images = desktop.locator("img").evaluate_all(
        "async all => { await Promise.all(all.map(e => e.decode()));"
        " return all.map(e => [e.naturalWidth, e.naturalHeight, e.alt]); }"
    )
    # Six rows were captured; the unreadable one has the golden's photo and map alone.
    assert len(images) == 6 * 4 + 2
    assert all((width, height) == (64, 48) for width, height, _ in images)
    assert all(len(alt) > 20 for _, _, alt in images)


def test_the_legend_lists_exactly_the_classes_that_occur(
    chromium: Browser, page_file: Path, run: Run
) -> None:
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


def test_what_a_capture_says_is_shown_and_never_run(desktop: Page, run: Run) -> None:
    assert desktop.locator("script").count() == 0
    assert desktop.title() == "Not on par – onpar"
    assert row(desktop, run.verdicts[0]).get_by_text(HOSTILE).is_visible()
    assert desktop.locator("table.grid thead th").get_by_text(HOSTILE).is_visible()


def test_a_row_shows_stages_metrics_environment_and_artifact(desktop: Page, run: Run) -> None:
    verdict = run.verdicts[0]
    text = " ".join(row(desktop, verdict).inner_text().split())
    for stage in verdict.stages:
        assert stage.detail in text
    output = next(stage for stage in verdict.stages if stage.stage == "run")
    assert present(output.tolerance).reason in text
    for shown in (
        *("Mean IoU 1.0000", "Flips unexplained 0", "Median 41.2 ms", "90th percentile 43.9 ms"),
        *("Runs, warm-up 3, 1", "Load 183 ms", "Peak memory 412 MB", "Threads 2"),
        *("Device Intel Xeon Platinum 8581C", "System Linux 6.1, x86_64", "Engine cpu"),
        *("Size 168.4 MB", present(verdict.artifact).sha256, "Weights seeded:0"),
        f"Runtime {HOSTILE} 1.31.1",
    ):
        assert shown in text


def test_an_input_of_its_own_is_said_and_the_error_is_against_the_golden(
    desktop: Page, run: Run
) -> None:
    note = "The target's input is not the golden's."
    assert desktop.get_by_text(note).count() == 1
    assert row(desktop, run.verdicts[5]).get_by_text(note).is_visible()


def test_errors_for_which_no_tolerance_is_known_are_shown_as_such(
    chromium: Browser, page_file: Path, run: Run
) -> None:
    with opened(chromium, page_file) as page:
        unjudged = row(page, run.verdicts[3])
        unjudged.locator("summary").click()
        assert unjudged.get_by_text(
            "it is not known what the exported program computes"
        ).is_visible()
        assert unjudged.locator(".histogram").get_by_text("the largest error").is_visible()
