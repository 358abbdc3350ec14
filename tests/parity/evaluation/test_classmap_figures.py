"""The figures of class maps, against what one computes by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import numpy as np
import pytest
from samples import MODEL, artifact, sha

from onpar.parity.contract.chains import class_map
from onpar.parity.contract.confusion import Pairs, confusion, iou, sides, truth_miou
from onpar.parity.evaluation.bootstrap import drop_intervals
from onpar.parity.evaluation.evaluation import Evaluation
from onpar.parity.evaluation.figures import evaluation, tally_of
from onpar.parity.evaluation.record import Apart, Ran, Record, ran
from onpar.parity.evaluation.spread import Spread, Worst
from onpar.parity.evaluation.summaries.classmap_figures import ClassMapFigures, ClassMapReference
from onpar.parity.evaluation.tasks.classmap import ClassMapSeen, against
from onpar.parity.evaluation.tasks.output import Output

THREE = class_map("out", ("nothing", "cat", "dog"), ((0, 0, 0), (128, 0, 0), (0, 128, 0)))
STEPS = (*MODEL.steps[:-1], THREE)
INT8 = artifact(sha256=sha("int8"), precision="int8", model=replace(MODEL, steps=STEPS))


def u8(*rows: list[int]) -> np.ndarray:
    return np.array(rows, np.uint8)


def compared(
    pairs: Pairs,
    snr_db: float | None = 20.0,
    worst_tile: float = 0.5,
    truth: Pairs | None = None,
    apart: Apart | None = None,
    image: bool = False,
) -> Ran:
    """An artifact whose class map makes these pairs with the reference's; `image` without scores,
    as with io image."""
    found = None if image else apart or Apart(snr_db, 0.1, 0.3)
    return Ran(12.0, found, ClassMapSeen(pairs, worst_tile, truth))


def record(name: str, found: Ran, truth: Pairs | None = None) -> Record:
    mask = sha(f"mask of {name}") if truth is not None else ""
    reference = Ran(10.0, None, ClassMapSeen(((0, 0, 1),), 1.0, truth))
    return Record(name, sha(name), mask, reference, {sha("int8"): found}, 300.0)


def evaluated(*records: Record) -> Evaluation:
    names = sorted({one.image for one in records})
    given = {"onpar": "1", "created_at": "now", "device": "a processor"}
    subjects = [("onnxruntime", INT8)]
    return evaluation(tally_of(iter(records), subjects), names, subjects, **given)


def figures_of(*records: Record) -> ClassMapFigures:
    """Of the only artifact."""
    [one] = evaluated(*records).artifacts
    assert isinstance(one.seen, ClassMapFigures)
    return one.seen


def reference_of(*records: Record) -> ClassMapReference:
    found = evaluated(*records).reference
    assert isinstance(found, ClassMapReference)
    return found


def table(*rows: list[int]) -> Pairs:
    return tuple((r, c, n) for r, row in enumerate(rows) for c, n in enumerate(row) if n)


def counts(*tables: Pairs) -> np.ndarray:
    """`confusion.sides` of two-class matrices."""
    whole = np.zeros((len(tables), 2, 2), np.int64)
    for at, pairs in enumerate(tables):
        for row, column, pixels in pairs:
            whole[at, row, column] = pixels
    return np.stack([sides(one) for one in whole])


def test_a_confusion_matrix_counts_pairs_of_classes() -> None:
    assert confusion(u8([0, 0, 2]), u8([0, 1, 2]), 3) == ((0, 0, 1), (0, 1, 1), (2, 2, 1))


@pytest.mark.parametrize(
    ("second", "said"), [(u8([0, 3]), "got class 3, expected 0 to 2"), (u8([0]), "cannot compare")]
)
def test_a_class_that_the_model_lacks_and_another_shape_are_refused(
    second: np.ndarray, said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        confusion(u8([0, 1]), second, 3)


def test_iou_is_the_intersection_over_the_union() -> None:
    whole = np.array([[6, 2, 0], [1, 3, 0], [0, 0, 0]])
    ious = iou(sides(whole))
    assert ious[:2].tolist() == [6 / 9, 3 / 6]
    assert np.isnan(ious[2])


def test_the_mean_iou_of_the_truth_leaves_out_a_class_that_no_mask_has() -> None:
    stray = np.array([[6, 1, 1], [1, 3, 0], [0, 0, 0]])
    assert truth_miou(sides(stray)) == pytest.approx((6 / 9 + 3 / 5) / 2)
    assert np.isnan(truth_miou(sides(np.zeros((3, 3), int))))


def test_agreement_and_foreground_are_over_all_pixels_together() -> None:
    big, small = table([50, 5, 0], [5, 30, 0], [0, 0, 10]), table([1, 0, 0], [9, 0, 0])
    int8 = figures_of(record("a.png", compared(big)), record("b.png", compared(small)))
    assert int8.agreement == pytest.approx(91 / 110)
    # 110 pixels less the 51 that both show as class 0.
    assert int8.foreground == pytest.approx(40 / 59)
    assert int8.iou == pytest.approx({0: 51 / 70, 1: 30 / 49, 2: 1})
    assert int8.miou == pytest.approx((51 / 70 + 30 / 49 + 1) / 3)


def almost(value: float) -> float:
    """A figure of a Spread that may be off by rounding."""
    return cast("float", pytest.approx(value))


def test_over_images_each_counts_once_with_the_sample_standard_deviation() -> None:
    big, small = table([50, 5, 0], [5, 30, 0], [0, 0, 10]), table([1, 0, 0], [9, 0, 0])
    one = record("a.png", compared(big, snr_db=30.0, worst_tile=0.25))
    two = record("b.png", compared(small, snr_db=20.0, worst_tile=0.75))
    int8 = figures_of(one, two)
    assert int8.agreements == Spread(0.5, almost(0.8 / 2**0.5), 0.1, 0.9, 2)
    assert evaluated(one, two).artifacts[0].snr_db == Spread(25.0, almost(50**0.5), 20.0, 30.0, 2)
    assert int8.worst_tiles.mean == 0.5
    assert int8.foregrounds == Spread(almost((40 / 50 + 0) / 2), almost(0.8 / 2**0.5), 0.0, 0.8, 2)


def test_one_image_has_no_standard_deviation_and_no_interval() -> None:
    only = record("a.png", compared(table([1, 1]), truth=table([1, 1])), table([2, 0]))
    int8 = figures_of(only)
    assert int8.agreements.sd is None
    assert int8.truth is not None
    assert int8.truth.drop_interval is None


def test_equal_scores_have_no_snr_to_average_and_io_image_has_none_at_all() -> None:
    equal = compared(table([4, 0], [0, 4]), apart=Apart(None, 0.0, 0.0))
    near = compared(table([4, 0], [0, 4]), apart=Apart(90.0, 0.1, 0.2))
    [mixed] = evaluated(record("a.png", equal), record("b.png", near)).artifacts
    assert mixed.snr_db == Spread(90.0, None, 90.0, 90.0, 1)
    assert mixed.rmse == Spread(0.05, almost(0.1 / 2**0.5), 0.0, 0.1, 2)
    assert mixed.max_abs == 0.2
    image = compared(table([4, 0], [0, 4]), image=True)
    [drawn] = evaluated(record("a.png", image)).artifacts
    assert (drawn.snr_db, drawn.rmse, drawn.max_abs) == (None, None, None)


def test_an_image_of_background_alone_has_no_foreground() -> None:
    int8 = figures_of(record("a.png", compared(table([9, 0]))))
    assert (int8.foreground, int8.foregrounds, int8.agreement) == (None, None, 1.0)


def test_the_drop_is_the_difference_of_the_mean_ious_in_points() -> None:
    truth, worse = table([60, 0], [0, 40]), table([50, 10], [0, 40])
    records = [record(name, compared(worse, truth=worse), truth) for name in ("a.png", "b.png")]
    reference, int8 = reference_of(*records).truth, figures_of(*records)
    miou = (50 / 60 + 40 / 50) / 2
    assert reference is not None and int8.truth is not None
    assert (reference.miou, reference.drop, reference.drop_interval) == (1.0, 0.0, None)
    assert int8.truth.miou == pytest.approx(miou)
    assert int8.truth.iou == pytest.approx({0: 50 / 60, 1: 40 / 50})
    assert int8.truth.drop == pytest.approx(100 * (1 - miou))
    # Both images are alike: whichever are drawn, the drop is the same.
    assert int8.truth.drop_interval == pytest.approx((100 * (1 - miou),) * 2)


def test_of_two_images_the_interval_lies_between_each_alone() -> None:
    # Drawn with replacement, each is drawn twice in a quarter of the draws: beyond 2.5 %.
    right, wrong = table([0, 0], [0, 10]), table([0, 0], [5, 5])
    reference = counts(right, right)
    artifact = counts(right, wrong)
    pair = np.stack([reference, artifact], axis=1).astype(np.uint32)
    np.testing.assert_allclose(drop_intervals(pair, truth_miou), [[0.0, 0.5]])


def test_where_the_drop_is_a_mean_the_interval_is_the_normal_one() -> None:
    rng = np.random.default_rng(7)
    missed = rng.integers(0, 41, size=400)
    reference = counts(*[table([0, 0], [0, 100])] * 400)
    artifact = counts(*(table([0, 0], [int(m), 100 - int(m)]) for m in missed))
    pair = np.stack([reference, artifact], axis=1).astype(np.uint32)
    mean, error = missed.mean() / 100, missed.std(ddof=1) / 100 / 400**0.5
    [found] = drop_intervals(pair, truth_miou)
    np.testing.assert_allclose(found, [mean - 1.96 * error, mean + 1.96 * error], atol=error / 10)
    np.testing.assert_array_equal(drop_intervals(pair, truth_miou), [found])


def test_masks_that_are_ignored_throughout_say_nothing() -> None:
    only = record("a.png", compared(table([1, 1]), truth=()), ())
    assert reference_of(only).truth is None
    assert figures_of(only).truth is None


def test_the_order_of_the_records_and_a_second_one_of_an_image_change_nothing() -> None:
    names = [f"{index}.png" for index in range(9)]
    rng = np.random.default_rng(0)
    records = []
    for name in names:
        found, truth = (table(*rng.integers(1, 99, (3, 3)).tolist()) for _ in range(2))
        records.append(record(name, compared(found, truth=truth), truth))
    assert evaluated(*reversed(records), records[4]) == evaluated(*records)


def test_an_image_without_a_record_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"no record of b\.png"):
        evaluation(
            tally_of([record("a.png", compared(table([1, 0])))], [("onnxruntime", INT8)]),
            ["a.png", "b.png"],
            [("onnxruntime", INT8)],
            onpar="1",
            created_at="now",
            device="a processor",
        )


def test_the_worst_images_come_first_and_those_without_a_flip_not_at_all() -> None:
    shares = {"a": 9, "b": 10, "c": 2, "d": 9, "e": 5, "f": 6, "g": 7, "h": 8, "i": 9}
    records = [record(name, compared(table([same, 10 - same]))) for name, same in shares.items()]
    [int8] = evaluated(*records).artifacts
    assert int8.worst == (
        Worst("c", 0.2), Worst("e", 0.5), Worst("f", 0.6), Worst("g", 0.7), Worst("h", 0.8),
        Worst("a", 0.9),
    )  # fmt: skip


def test_an_output_is_compared_with_the_reference_and_the_mask() -> None:
    scores = np.array([[[[2.0, 0.0]], [[1.0, 3.0]]]], np.float32)
    reference = Output((u8([0, 1]),), scores, scores, 5.0)
    far = scores + np.float32(0.5)
    got = Output((u8([0, 0]),), far, far, 4.0)
    found = ran(THREE, got, reference, u8([0, 255]))
    assert found.seen == ClassMapSeen(((0, 0, 1), (1, 0, 1)), 0.5, ((0, 0, 1),))
    snr = 10 * np.log10(14 / (4 * 0.25))
    assert (found.apart, found.milliseconds) == (Apart(almost(snr), 0.5, 0.5), 4.0)
    assert ran(THREE, replace(got, taken=None, scores=None), reference, None).apart is None
    assert against(None, u8([0, 1]), 2) is None


def test_an_output_that_is_not_finite_is_refused() -> None:
    scores = np.zeros((1, 2, 1, 2), np.float32)
    reference = Output((u8([0, 1]),), scores, scores, 5.0)
    broken = replace(reference, scores=np.full((1, 2, 1, 2), np.nan, np.float32))
    with pytest.raises(ValueError, match="not finite"):
        ran(THREE, broken, reference, None)
