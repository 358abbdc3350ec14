"""What is recorded of a classification: the first labels."""

from __future__ import annotations

import msgspec

from onpar.parity.contract.steps.top_k import TopK
from onpar.parity.evaluation.tasks.output import Output

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
    first, count = int(classes[0]), len(step.labels)
    if not 0 <= first < count:
        raise ValueError(f"its first class is {first}, expected 0 to {count - 1}")
    assert reference.taken is not None
    scores = reference.taken.ravel().astype(float)
    margin = float(scores[int(expected[0])] - scores[first])
    return LabelsSeen(tuple(int(one) for one in classes[:MOST]), margin, truth)
