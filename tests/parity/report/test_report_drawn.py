"""The page of a model that paints: PyTorch's picture next to the target's, and the difference."""

from __future__ import annotations

from dataclasses import replace
from html import unescape
from pathlib import Path

import numpy as np
import pytest
from picture_walks import PICTURE_WALKS
from playwright.sync_api import Browser
from report_browser import opened

from onpar.parity.contract.capture import Tensor, write_capture
from onpar.parity.judge.run import Run
from onpar.parity.report.page.html import write_html


def written(name: str, folder: Path, **tensors: Tensor) -> Path:
    """The page of one capture, some of whose tensors are others."""
    walk = PICTURE_WALKS[name]
    capture = walk.capture(walk.tensors() | tensors)
    paths = [folder / f"{of}.safetensors" for of in ("capture", "golden")]
    for path, one in zip(paths, (capture, walk.golden().capture), strict=True):
        write_capture(path, one)
    verdict = replace(walk.judged(capture), capture=str(paths[0]), golden=str(paths[1]))
    run = Run("0.1.0", "2025-11-21T02:38:07+00:00", (verdict,), (), ())
    write_html(run, folder / "report.html")
    return folder / "report.html"


@pytest.mark.parametrize(("name", "titles"), [("painter", 4), ("sensor", 3)])
def test_a_row_shows_both_pictures_and_their_difference_of_nothing(
    chromium: Browser, tmp_path: Path, name: str, titles: int
) -> None:
    """A model without a photo has no place for one."""
    with opened(chromium, written(name, tmp_path)) as page:
        shown = page.locator(".row[open] .pictures figcaption b").all_inner_texts()
        assert shown == ["Photo", "Golden", "Captured", "Difference"][-titles:]
        assert page.locator(".row[open] .pictures img").count() == titles
        assert "equal to the bit: 100" in page.locator(".row[open] .scale").inner_text()


def test_the_difference_is_counted_in_levels(tmp_path: Path) -> None:
    picture = PICTURE_WALKS["painter"].tensors()["picture"].copy()
    picture[3, 5, 1] ^= 128
    text = unescape(written("painter", tmp_path, picture=picture).read_text())
    assert "Difference of <code>picture</code>, in levels" in text
    assert "1 values</title>" in text and "the allowed error, 1<" in text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (np.zeros((24, 24), np.uint8), "picture is uint8 [24, 24]"),
        (np.zeros((24, 24, 3), np.int32), "picture is int32 [24, 24, 3]"),
    ],
)
def test_a_picture_that_cannot_be_shown_is_said_and_the_goldens_stays(
    tmp_path: Path, wrong: Tensor, said: str
) -> None:
    text = unescape(written("painter", tmp_path, picture=wrong).read_text())
    assert f"The capture's picture cannot be shown: {said}." in text
    assert 'alt="Golden picture of dog"' in text and 'alt="Captured picture' not in text
