"""The figures of labels and of masks, against what one computes by hand."""

from __future__ import annotations

from typing import cast

import numpy as np
import pytest
from samples import sha
from test_merge import LABELS, MASK, subjects

from onpar.parity.contract.confusion import Pairs
from onpar.parity.contract.steps import AnyStep
from onpar.parity.evaluation.evaluation import Evaluation
from onpar.parity.evaluation.figures import evaluation, tally_of
from onpar.parity.evaluation.record import Ran, Record
from onpar.parity.evaluation.spread import Worst
from onpar.parity.evaluation.summaries.labels_figures import LabelsFigures, LabelsReference
from onpar.parity.evaluation.summaries.mask_figures import MaskFigures, MaskReference
from onpar.parity.evaluation.tasks import AnySeen
from onpar.parity.evaluation.tasks.labels import LabelsSeen
from onpar.parity.evaluation.tasks.labels import compare as compare_labels
from onpar.parity.evaluation.tasks.mask import MaskSeen, fault
from onpar.parity.evaluation.tasks.output import Output
from onpar.parity.evaluation.wilson import share_interval


def figures(step: AnyStep, *images: tuple[AnySeen, AnySeen]) -> Evaluation:
    """Of images of which the reference and the only artifact showed this."""
    records = []
    for index, (reference, got) in enumerate(images):
        name = f"{index}.png"
        found = [Ran(1.0, None, one) for one in (reference, got)]
        records.append(Record(name, sha(name), "", found[0], {sha("fp32"): found[1]}, 1.0))
    given = subjects(step)[:1]
    said = {"onpar": "1", "created_at": "now", "device": "a processor"}
    names = [one.image for one in records]
    return evaluation(tally_of(records, given), names, given, **said)


def labels(
    true: int | None, reference: tuple[int, ...], got: tuple[int, ...]
) -> tuple[AnySeen, AnySeen]:
    margin = 0.25 if reference[0] != got[0] else 0.0
    return LabelsSeen(reference, 0.0, true), LabelsSeen(got, margin, true)


def test_top_1_top_k_and_the_drop_are_shares_of_images() -> None:
    done = figures(
        LABELS,
        labels(0, (0, 1, 2), (0, 2, 1)),  # both right
        labels(1, (1, 0, 2), (0, 1, 2)),  # the artifact has it second
        labels(3, (0, 1, 2), (0, 1, 2)),  # nobody has it
        labels(2, (1, 2, 0), (2, 1, 0)),  # only the artifact has it first
        labels(2, (2, 1, 0), (0, 1, 3)),  # only the reference has it
    )
    assert isinstance(done.reference, LabelsReference)
    [one] = done.artifacts
    assert isinstance(one.seen, LabelsFigures)
    truth, own = done.reference.truth, one.seen.truth
    assert truth is not None and own is not None
    assert (done.reference.k, truth.top1, truth.top_k) == (3, 3 / 5, 4 / 5)
    assert (own.top1, own.top_k) == (2 / 5, 3 / 5)
    assert own.drop == pytest.approx(20)
    assert (one.seen.same, one.seen.images, one.seen.agreement) == (2, 5, 2 / 5)
    assert own.drop_interval is not None
    assert own.drop_interval[0] < own.drop < own.drop_interval[1]
    assert one.worst == (Worst("1.png", 0.25), Worst("3.png", 0.25), Worst("4.png", 0.25))


def test_without_labels_there_is_agreement_alone() -> None:
    done = figures(LABELS, labels(None, (0, 1, 2), (0, 1, 2)))
    assert isinstance(done.reference, LabelsReference)
    [one] = done.artifacts
    assert isinstance(one.seen, LabelsFigures)
    assert done.reference.truth is None and one.seen.truth is None
    assert (one.seen.agreement, one.worst) == (1.0, ())


def test_the_margin_is_how_much_float_prefers_its_own_first_label() -> None:
    scores = np.array([[0.1, 0.5, 0.3, 0.1]], np.float32)
    reference = Output(LABELS.compute([scores]), scores, scores, 1.0)
    got = Output(LABELS.compute([scores[:, ::-1]]), None, None, 1.0)
    found = compare_labels(LABELS, got, reference, 3)
    assert found.classes == (2, 1, 0)
    assert (found.margin, found.truth) == (cast("float", pytest.approx(0.2)), 3)
    with pytest.raises(ValueError, match="has class 4, expected 0 to 3"):
        compare_labels(
            LABELS, Output((np.array([4, 0, 1], np.int32),), None, None, 1.0), reference, None
        )


@pytest.mark.parametrize(
    ("hits", "images", "low", "high"),
    # Newcombe, Two-sided confidence intervals for the single proportion, 1998, table I, method 3.
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_of_a_share_is_wilsons(
    hits: int, images: int, low: float, high: float
) -> None:
    assert share_interval(hits, images) == pytest.approx((low, high), abs=6e-5)
    assert share_interval(images - hits, images) == pytest.approx((1 - high, 1 - low), abs=6e-5)


def masks(confusion: Pairs, reference: Pairs, got: Pairs) -> tuple[AnySeen, AnySeen]:
    return MaskSeen((), 1.0, reference), MaskSeen(confusion, 1.0, got)


def test_the_iou_of_a_mask_is_over_the_pixels_above_the_threshold() -> None:
    # 100 pixels each: (reference's, artifact's, pixels); then (true, shown, pixels).
    done = figures(
        MASK,
        masks(
            ((0, 0, 80), (0, 1, 4), (1, 1, 16)),
            ((0, 0, 82), (0, 1, 2), (1, 1, 14)),  # two pixels are ignored
            ((0, 0, 78), (0, 1, 6), (1, 1, 14)),
        ),
        masks(((0, 0, 100),), ((0, 0, 100),), ((0, 0, 100),)),
    )
    assert isinstance(done.reference, MaskReference)
    [one] = done.artifacts
    assert isinstance(one.seen, MaskFigures)
    truth, own = done.reference.truth, one.seen.truth
    assert truth is not None and own is not None
    assert one.seen.agreement == 196 / 200
    assert one.seen.iou == 16 / 20
    # The second image has no person: it has an agreement, but no IoU.
    assert one.seen.ious is not None
    assert (one.seen.agreements.images, one.seen.ious.images) == (2, 1)
    assert (truth.iou, own.iou) == (14 / 16, 14 / 20)
    assert own.drop == pytest.approx(100 * (14 / 16 - 14 / 20))
    # Where neither draw has a person there is no figure; in the others it is that of the first.
    assert own.drop_interval == pytest.approx((own.drop, own.drop))


def test_images_without_a_mask_anywhere_have_no_iou() -> None:
    done = figures(MASK, masks(((0, 0, 9),), ((0, 0, 9),), ((0, 0, 8), (0, 1, 1))))
    [one] = done.artifacts
    assert isinstance(one.seen, MaskFigures)
    assert (one.seen.iou, one.seen.ious, one.seen.truth) == (None, None, None)


def test_a_mask_of_0_and_255_is_refused_as_255_is_ignored() -> None:
    assert fault(np.array([[0, 255]], np.uint8), MASK).startswith(
        "has 255, which is ignored, and no 1; write 1"
    )
    for sound in ([[0, 1, 255]], [[0, 0]], [[1, 1]]):
        assert fault(np.array(sound, np.uint8), MASK) == ""
