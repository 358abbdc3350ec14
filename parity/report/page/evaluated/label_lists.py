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
    """A label with its score, and whether it is the true one."""

    label: str
    score: float
    true: bool


class LabelLists(msgspec.Struct, frozen=True, tag_field="kind", tag="labels"):
    """The true label, empty if it is not known, and the first labels of both models, the best
    first."""

    kind: ClassVar[str] = "labels"

    truth: str
    reference: tuple[Scored, ...]
    artifact: tuple[Scored, ...]

    @property
    def missed(self) -> bool:
        """Whether the true label is known and in neither list."""
        return bool(self.truth) and not any(one.true for one in self.reference + self.artifact)


def label_lists(
    _image: str, truth: int | None, reference: Output, artifact: Output, step: TopK
) -> LabelLists:
    """The labels of an image."""
    return LabelLists(
        "" if truth is None else _name(truth, step),
        _scored(reference, truth, step),
        _scored(artifact, truth, step),
    )


def _scored(output: Output, truth: int | None, step: TopK) -> tuple[Scored, ...]:
    classes, values = (one[:MOST].tolist() for one in output.shown)
    return tuple(
        Scored(_name(index, step), score, index == truth)
        for index, score in zip(classes, values, strict=True)
    )


def _name(index: int, step: TopK) -> str:
    """The label, with its index if several classes have that name."""
    label = step.labels[index]
    return label if step.labels.count(label) == 1 else f"{label} (class {index})"
