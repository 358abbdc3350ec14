"""What an artifact costs over images: of which figure, in points, against what is allowed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from test_classmap_figures import compared, evaluated, record, table
from test_label_and_mask_figures import figures, labels
from test_merge import LABELS

from onpar.parity.evaluation.cost import Cost, costs
from onpar.parity.evaluation.evaluation import Evaluation
from onpar.parity.report.page.evaluated.page import write_evaluation_html

RIGHT, WRONG = table([5, 0], [0, 4]), table([4, 1], [0, 4])

DROP = 100 * (1 - (9 / 10 + 8 / 9) / 2)
"""Of nine pixels twice the artifact has one wrong: IoU is 9 of 10 and 8 of 9."""


def cost(done: Evaluation, limit: float) -> Cost:
    [found] = costs(replace(done, max_drop=limit))
    return found


@pytest.fixture
def maps() -> Evaluation:
    """With masks: the float model is right."""
    return evaluated(
        record("a.png", compared(WRONG, truth=WRONG), RIGHT),
        record("b.png", compared(RIGHT, truth=RIGHT), RIGHT),
    )


def test_with_masks_it_is_the_drop_of_miou_with_its_interval(maps: Evaluation) -> None:
    found = cost(maps, 11)
    assert found.figure == "mIoU"
    assert found.points == pytest.approx(DROP)
    assert found.sentence == (
        f"onnx-int8-tensor costs {DROP:.2f} points of mIoU (0.00 to 20.00): within 11"
    )
    beyond = cost(maps, 10.5)
    assert found.within and not beyond.within
    assert beyond.sentence.endswith(f"costs {DROP:.2f} points of mIoU (0.00 to 20.00): more than "
                                    "10.5 allowed")  # fmt: skip


def test_without_masks_it_is_100_less_the_agreement_in_percent() -> None:
    done = evaluated(record("a.png", compared(WRONG), None), record("b.png", compared(RIGHT), None))
    found = cost(done, 5)
    assert (found.figure, found.interval, found.within) == ("agreement with float", None, False)
    assert found.points == pytest.approx(100 / 18)
    assert found.sentence == (
        "onnx-int8-tensor costs 5.56 points of agreement with float: more than 5 allowed"
    )


def test_with_labels_it_is_the_drop_of_top_1_and_may_be_negative() -> None:
    done = figures(LABELS, labels(2, (1, 2, 0), (2, 1, 0)), labels(0, (0, 1, 2), (0, 1, 2)))
    found = cost(done, 0)
    assert (found.figure, found.points, found.within) == ("top-1", -50, True)
    assert "costs −50.00 points of top-1 (−100.00 to 0.00): within 0" in found.sentence


def test_without_labels_it_is_the_first_labels_that_differ_with_wilsons_interval() -> None:
    same, other = labels(None, (0, 1, 2), (0, 1, 2)), labels(None, (0, 1, 2), (1, 0, 2))
    found = cost(figures(LABELS, same, same, same, other), 25)
    assert (found.points, found.within) == (25, True)
    low, high = found.interval or (0, 0)
    assert 0 < low < 25 < high < 100


def test_without_a_limit_nothing_is_judged_and_the_page_says_nothing(
    maps: Evaluation, tmp_path: Path
) -> None:
    assert costs(maps) == ()
    write_evaluation_html(maps, {}, tmp_path / "a.html")
    assert "allowed" not in (tmp_path / "a.html").read_text("utf-8")
    write_evaluation_html(replace(maps, max_drop=1), {}, tmp_path / "b.html")
    page = (tmp_path / "b.html").read_text("utf-8")
    assert "BEYOND" in page and cost(maps, 1).sentence in page
