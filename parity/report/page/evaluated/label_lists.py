"""The first labels of an image, of float and of an artifact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import msgspec

from onpar.parity.contract.steps.top_k import TopK
from onpar.parity.evaluation.tasks.labels import MOST
from onpar.parity.evaluation.tasks.output import Output


@dataclass(frozen=True)
class Scored:
    """A label with its class and its score, and whether it is the true one."""

    label: str
    index: int
    score: float
    true: bool


class LabelLists(msgspec.Struct, frozen=True, tag_field="kind", tag="labels"):
    """The true label, empty if it is not known, and the first labels of both models, the best
    first."""

    kind: ClassVar[str] = "labels"

    truth: str
    reference: tuple[Scored, ...]
    artifact: tuple[Scored, ...]


def label_lists(
    _name: str, truth: int | None, reference: Output, artifact: Output, step: TopK
) -> LabelLists:
    """The labels of an image."""
    return LabelLists(
        "" if truth is None else step.labels[truth],
        _scored(reference, truth, step),
        _scored(artifact, truth, step),
    )


def _scored(output: Output, truth: int | None, step: TopK) -> tuple[Scored, ...]:
    classes, values = (one[:MOST].tolist() for one in output.shown)
    return tuple(
        Scored(step.labels[index], index, score, index == truth)
        for index, score in zip(classes, values, strict=True)
    )
