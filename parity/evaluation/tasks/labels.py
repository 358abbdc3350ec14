"""What is recorded of a classification: the first labels."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from onpar.parity.contract.steps.top_k import TopK
from onpar.parity.evaluation.tasks.output import MOST_APART, Output

MOST = 5
"""How many labels are kept: top-1 and top-5 are what ImageNet's results are given in (Russakovsky
et al., ImageNet Large Scale Visual Recognition Challenge, 2015)."""


class LabelsSeen(msgspec.Struct, frozen=True, tag_field="step", tag="top-k"):
    """A model's labels of an image.

    classes   the first classes, the best first, at most MOST
    margin    by how much the float reference scores its own first class above this model's first
              class, in the unit of its scores; 0 where they are the same
    truth     the class of the true label; None: not known
    """

    classes: tuple[int, ...]
    margin: float
    truth: int | None


def compare(step: TopK, got: Output, reference: Output, truth: int | None) -> LabelsSeen:
    """Compare the first labels with the reference's. Raises ValueError if the shapes differ, or a
    class is not the model's."""
    classes, expected = got.shown[0], reference.shown[0]
    if classes.shape != expected.shape:
        raise ValueError(f"gives {classes.shape} labels, the reference {expected.shape}")
    kept = tuple(int(one) for one in classes[:MOST])
    for why in _class_faults(step, kept):
        raise ValueError(why)
    assert reference.taken is not None
    scores = reference.taken.ravel().astype(float)
    margin = float(scores[int(expected[0])] - scores[kept[0]])
    return LabelsSeen(kept, margin, truth)


def record_faults(
    step: TopK, shape: tuple[int, ...], got: LabelsSeen, reference: LabelsSeen, truth: str
) -> Iterator[str]:
    """How a record of labels contradicts itself or the float reference's, as
    `Task.record_faults`."""
    count = min(shape[0], MOST)
    if len(got.classes) != count:
        yield f"it has {len(got.classes)} classes, expected the first {count}"
    yield from _class_faults(step, got.classes)
    same = got.classes[0] == reference.classes[0]
    most = 0 if same else MOST_APART
    if not 0 <= got.margin <= most:
        of = "the reference's first class" if same else "another first class"
        yield f"margin is {got.margin:g} of {of}, expected 0{f' to {most:.3g}' if most else ''}"
    if ("" if got.truth is None else str(got.truth)) != truth:
        yield f"truth is {got.truth}, expected {truth or None}, that of the record"
    if got.truth is not None and not 0 <= got.truth < len(step.labels):
        yield f"truth is class {got.truth}, expected 0 to {len(step.labels) - 1}"


def _class_faults(step: TopK, classes: tuple[int, ...]) -> Iterator[str]:
    for one in classes:
        if not 0 <= one < len(step.labels):
            yield f"has class {one}, expected 0 to {len(step.labels) - 1}"
    if len(set(classes)) < len(classes):
        yield "has a class twice, expected different ones"
