"""The page of an evaluation: what it says, and that it loads nothing and fits a phone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, ViewportSize
from report_browser import DESKTOP, PHONE, Scheme, opened
from test_classmap_figures import compared, evaluated, record, table

from onpar.parity.contract.chains import class_map
from onpar.parity.evaluation.evaluation import Evaluation
from onpar.parity.evaluation.tasks.output import Output
from onpar.parity.report.page.evaluated import shown_as
from onpar.parity.report.page.evaluated.map_pictures import MapPictures, map_pictures
from onpar.parity.report.page.evaluated.page import write_evaluation_html
from onpar.parity.report.page.evaluated.pictured import Pictured, read_pictures, write_pictures
from onpar.parity.report.page.pictures import photo

CLASSES = class_map("out", ("nothing", "cat", "dog"), ((0, 0, 0), (128, 0, 0), (0, 128, 0)))
RIGHT, WRONG = table([5, 0], [0, 4]), table([4, 1], [0, 4])


def headline(done: Evaluation) -> str:
    return shown_as(done).headline(done)


def pictured(name: str, truth: np.ndarray | None, *maps: np.ndarray) -> Pictured:
    reference, artifact = (Output((one,), None, None, 1.0) for one in maps)
    shown = map_pictures(name, truth, reference, artifact, CLASSES)
    return Pictured(name, photo(np.zeros((2, 3, 3), np.uint8), f"Photo {name}"), shown)


@pytest.fixture(scope="module")
def done() -> Evaluation:
    return evaluated(
        record("<b>street</b>.png", compared(WRONG, truth=WRONG), RIGHT),
        record("garden.png", compared(RIGHT, truth=RIGHT), RIGHT),
    )


@pytest.fixture(scope="module")
def page_file(done: Evaluation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    maps = np.array([[0, 1, 2], [1, 1, 255]], np.uint8)
    shown = pictured("<b>street</b>.png", maps, maps % 3, maps % 2)
    path = tmp_path_factory.mktemp("page") / "report.html"
    write_evaluation_html(done, {done.artifacts[0].sha256: [shown]}, path)
    return path


def test_the_tables_say_what_the_figures_are(done: Evaluation) -> None:
    against_float, against_masks, each_class = shown_as(done).tables(done)
    [row] = [[cell.text for cell in cells] for cells in against_float.rows]
    assert row[:4] == ["onnx-int8-tensor", "94.444%", "88.889%", "0.8944"]
    assert row[4:] == ["20.0 dB", "50.000%", "12.0 ms"]
    assert headline(done).startswith("onnx-int8-tensor agrees with float on 94.444%")
    float_row, int8_row = ([cell.text for cell in cells] for cells in against_masks.rows)
    assert float_row == ["float reference", "1.0000", "0.00", "–"]
    # Of two images: the interval lies between the drop of each alone.
    drop = 100 * (1 - (4 / 5 + 4 / 5) / 2)
    assert int8_row[3] == f"0.00 to +{drop:.2f}"
    assert [cells[0].text for cells in each_class.rows] == ["nothing", "cat"]
    assert [cell.small for cell in each_class.headings[1:]] == [
        "against the masks", "against the masks", "against float",
    ]  # fmt: skip


@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")])
def test_the_page_shows_figures_and_worst_images_at_any_width_without_script(
    chromium: Browser, page_file: Path, done: Evaluation, size: ViewportSize, scheme: Scheme
) -> None:
    with opened(chromium, page_file, size, scheme) as page:
        assert page.get_by_role("heading", level=1).inner_text() == headline(done)
        assert page.get_by_role("heading", name="<b>street</b>.png, agreement 88.889%").is_visible()
        assert page.locator("figure img").count() == 4
        assert page.get_by_text("Mask the truth").is_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        # Of the mask's six pixels one is ignored.
        mask = page.locator("figure img").nth(1).get_attribute("alt")
        assert mask == "Mask of <b>street</b>.png: cat 60%, nothing 20%, dog 20%"


def test_pictures_are_kept_with_the_key_of_what_made_them(tmp_path: Path) -> None:
    maps = np.zeros((2, 3), np.uint8)
    shown = pictured("a.png", None, maps, maps)
    path = tmp_path / "worst.json"
    assert read_pictures(path, "key") is None
    write_pictures(path, "key", {"digest": (shown,)})
    assert read_pictures(path, "key") == {"digest": (shown,)}
    assert read_pictures(path, "another") is None
    assert isinstance(shown.shown, MapPictures)
    assert shown.shown.truth is None
