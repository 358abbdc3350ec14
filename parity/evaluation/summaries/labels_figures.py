"""The figures of labels: agreement of the first one with float's, and accuracy against the true
ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from onpar.parity.contract.steps.top_k import TopK
from onpar.parity.evaluation.bootstrap import points
from onpar.parity.evaluation.spread import worst
from onpar.parity.evaluation.summaries.summary import Summary
from onpar.parity.evaluation.tally import Row, Tally
from onpar.parity.evaluation.tasks.labels import MOST, LabelsSeen
from onpar.parity.evaluation.wilson import share_interval


@dataclass(frozen=True)
class LabelsTruth:
    """A model's labels against the true ones.

    top1           share of the images whose first label is the true one, 0–1
    top_k          the same of the first `LabelsReference.k` labels; None if `k` is 1
    drop           the reference's `top1` less this one's, in points (hundredths); 0 for the
                   reference
    drop_interval  its bootstrap 95 % interval (onpar.parity.evaluation.bootstrap), of the same
                   images for both; None below two images
    """

    top1: float
    top_k: float | None
    drop: float
    drop_interval: tuple[float, float] | None


class LabelsReference(msgspec.Struct, frozen=True, tag_field="step", tag="top-k"):
    """How many labels the model has, how many of the first are counted for `top_k`, and the float
    reference against the true ones; None: they are not known."""

    labels: int
    k: int
    truth: LabelsTruth | None


class LabelsFigures(msgspec.Struct, frozen=True, tag_field="step", tag="top-k"):
    """An artifact against the float reference.

    agreement           share of the images with the reference's first label, 0–1
    agreement_interval  its 95 % interval (onpar.parity.evaluation.wilson)
    same, images        the images with the reference's first label, and all of them
    truth               against the true labels; None where they are not known
    """

    agreement: float
    agreement_interval: tuple[float, float]
    same: int
    images: int
    truth: LabelsTruth | None


def row(step: TopK, seen: Sequence[LabelsSeen]) -> Row:
    """Of an image whether the first label is the reference's, u8 [A], and by how much the reference
    scores its own higher, f64 [A]; with a true label whether it is the first, and among the first,
    of each model: u8 [1 + A, 2]. For the sums how many images have the reference's, i64 [A]."""
    reference, *own = seen
    same = np.array([one.classes[0] == reference.classes[0] for one in own], np.uint8)
    each: dict[str, NDArray[Any]] = {
        "same": same,
        "margin": np.array([one.margin for one in own], np.float64),
    }
    true = reference.truth
    if true is not None:
        hits = [(one.classes[0] == true, true in one.classes[: _k(step)]) for one in seen]
        each["right"] = np.array(hits, np.uint8)
    return Row(each, {"same": same.astype(np.int64)})


def summary(step: TopK, tally: Tally) -> Summary[LabelsReference, LabelsFigures]:
    """The figures of the reference and of each artifact."""
    reference, *truths = _truths(step, tally)
    images = len(tally.images)
    figures = [
        LabelsFigures(same / images, share_interval(same, images), same, images, truth)
        for same, truth in zip(tally.sums["same"].tolist(), truths, strict=True)
    ]
    margins, same = tally.each["margin"].T, tally.each["same"].T
    return Summary(
        LabelsReference(len(step.labels), _k(step), reference),
        tuple(figures),
        tuple(
            worst(tally.images, margin, -margin, found == 0)
            for margin, found in zip(margins, same, strict=True)
        ),
    )


def _truths(step: TopK, tally: Tally) -> list[LabelsTruth | None]:
    """Of the reference and of each artifact."""
    right = tally.each.get("right")
    if right is None:
        return [None] * tally.each["milliseconds"].shape[1]
    shares = right.sum(0, dtype=np.int64) / len(right)
    counts = np.stack([right[..., 0], np.ones_like(right[..., 0])], axis=-1)
    return [
        LabelsTruth(
            top1=float(first),
            top_k=float(among) if _k(step) > 1 else None,
            drop=float(shares[0, 0] - first) * 100,
            drop_interval=ends,
        )
        for (first, among), ends in zip(shares, [None, *points(counts, _share)], strict=True)
    ]


def _share(counts: NDArray[Any]) -> NDArray[np.float64]:
    """Share of hits, of hits and images [M, 2]."""
    found: NDArray[np.float64] = counts[..., 0] / counts[..., 1]
    return found


def _k(step: TopK) -> int:
    return min(step.k, MOST)
