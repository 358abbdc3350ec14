"""The page of a classifier: the photo, and the first labels of PyTorch next to the target's."""

from collections.abc import Mapping
from dataclasses import replace
from html import unescape
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser
from report_browser import DESKTOP, PHONE, opened
from walks import WALKS, Walk

from onpar.parity.contract.capture import Capture, Tensor, write_capture
from onpar.parity.judge.run import Run
from onpar.parity.judge.verdict import Verdict
from onpar.parity.report.page.html import write_html

CLASSIFIER = WALKS["classification"]


def written(walk: Walk, capture: Capture, folder: Path) -> Path:
    """The page of a run of this one capture."""
    paths = [folder / name for name in ("capture.safetensors", "golden.safetensors")]
    for path, one in zip(paths, (capture, walk.golden().capture), strict=True):
        write_capture(path, one)
    verdict = replace(walk.judged(capture), capture=str(paths[0]), golden=str(paths[1]))
    write_html(run_of(verdict), folder / "report.html")
    return folder / "report.html"


def run_of(*verdicts: Verdict) -> Run:
    return Run("0.1.0", "2025-11-21T02:38:07+00:00", verdicts, (), ())


def changed(**tensors: Tensor) -> Capture:
    return CLASSIFIER.capture(CLASSIFIER.tensors() | tensors)


def test_a_row_shows_five_labels_of_the_golden_and_of_the_target_with_their_shares(
    chromium: Browser, tmp_path: Path
) -> None:
    path = written(CLASSIFIER, CLASSIFIER.capture(), tmp_path)
    held: Mapping[str, Tensor] = CLASSIFIER.tensors()
    expected = [f"label {index}" for index in held["classes"]]
    with opened(chromium, path) as page:
        for column in (0, 1):
            shown = page.locator(".ranking tbody tr").evaluate_all(
                "(rows, n) => rows.map(r => r.querySelectorAll('.label')[n].textContent)", column
            )
            assert shown == expected
        first = page.locator(".ranking .score").first.inner_text()
        assert first == f"{held['values'][0]:.3%}"
        assert page.locator(".ranking .other").count() == 0
        assert page.locator(".row[open] img").count() == 1


def test_a_label_at_another_place_than_the_goldens_is_marked(
    chromium: Browser, tmp_path: Path
) -> None:
    classes = CLASSIFIER.tensors()["classes"][[1, 0, 2, 3, 4]]
    with opened(chromium, written(CLASSIFIER, changed(classes=classes), tmp_path)) as page:
        assert page.locator(".ranking .other").count() == 2


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_labels_are_no_wider_than_the_screen(
    chromium: Browser, tmp_path: Path, size: dict[str, int]
) -> None:
    path = written(CLASSIFIER, CLASSIFIER.capture(), tmp_path)
    with opened(chromium, path, size) as page:  # type: ignore[arg-type]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"classes": np.zeros(4, np.int32)}, "classes is int32 [4]"),
        ({"classes": np.zeros(5, np.float32)}, "classes is float32 [5]"),
        ({"values": np.zeros((5, 1), np.float32)}, "values is float32 [5, 1]"),
    ],
)
def test_labels_that_cannot_be_shown_are_said_and_the_goldens_stay(
    tmp_path: Path, wrong: dict[str, Tensor], said: str
) -> None:
    text = unescape(written(CLASSIFIER, changed(**wrong), tmp_path).read_text())
    assert f"The capture's labels cannot be shown: {said}." in text
    assert text.count("not available") == 5
    assert f"label {CLASSIFIER.tensors()['classes'][0]}" in text


def test_a_class_that_the_model_does_not_have_and_a_score_that_is_no_share_are_shown_as_they_are(
    tmp_path: Path,
) -> None:
    classes, values = (CLASSIFIER.tensors()[name].copy() for name in ("classes", "values"))
    classes[0], values[0] = -7, np.nan
    text = unescape(
        written(CLASSIFIER, changed(classes=classes, values=values), tmp_path).read_text()
    )
    assert "class -7, not the model's" in text
    assert ">nan" in text
