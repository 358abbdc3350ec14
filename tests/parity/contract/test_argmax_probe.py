"""What an app's arg-max does is shown by made-up scores, whatever its photos show."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import wrong_tensors as t
from numpy.typing import NDArray
from samples import PROBE, info

from onpar.parity.contract.capture import Capture
from onpar.parity.contract.classmap import argmax, probe_classes, probe_scores
from onpar.parity.contract.steps.argmax import Argmax
from onpar.parity.contract.tensor_spec import TensorSpec
from onpar.parity.judge.probes import judged_probe
from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import StageVerdict

CLASSES = 21


def judged(classes: NDArray[np.uint8] | None, count: int) -> StageVerdict:
    step = Argmax(("out",), ("classmap",), (), ())
    [probe] = step.probes([TensorSpec("out", (1, count, 2, 2))])
    held = {} if classes is None else {PROBE: classes}
    return judged_probe(step, PROBE, probe, Capture(info(), held))


@pytest.mark.parametrize("classes", [1, 2, 21, 256])
def test_the_right_arg_max_gives_class_i_in_row_i(classes: int) -> None:
    scores = probe_scores(classes)
    assert scores.shape == (1, classes, classes, 4) and scores.dtype == np.float32
    np.testing.assert_array_equal(argmax(scores), probe_classes(classes))
    assert judged(argmax(scores), classes).status is Status.PASS


WRONG = {
    "scores are negative: got class 0, expected 1": t.above_zero,
    "each class in turn is the best: got class 0, expected 3": t.never_class_3,
    "each class in turn is the best": t.first_nine,
    "class 0, expected 20": t.without_the_last,
    "tie: the lowest wins: got class 20, expected 0": t.arg_max_last_of_equals,
    "by one bit of float32: got class 0, expected 1": t.arg_max_of_halves,
    "shape [4, 21], expected u8 [21, 4]": t.turned,
    "got class 1, expected 0": t.counted_from_one,
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=lambda wrong: wrong.__name__)
def test_a_wrong_arg_max_is_a_value_failure(
    wrong: Callable[[NDArray[np.float32]], NDArray[np.uint8]],
) -> None:
    said = judged(wrong(probe_scores(CLASSES)), CLASSES)
    assert (said.stage, said.status) == ("argmax", Status.VALUE)


@pytest.mark.parametrize("says", list(WRONG))
def test_the_verdict_says_on_what_scores_it_is_wrong(says: str) -> None:
    assert says in judged(WRONG[says](probe_scores(CLASSES)), CLASSES).detail


def test_a_capture_without_it_is_unjudged_and_says_what_to_write() -> None:
    said = judged(None, CLASSES)
    assert said.status is Status.UNJUDGED
    assert "no probe.1/classmap" in said.detail and "parity/contract/capture.py" in said.detail
