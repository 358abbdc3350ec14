"""The first labels of a classification, golden and capture, with their scores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from onpar.parity.contract.capture import Capture
from onpar.parity.contract.chain import makers_of
from onpar.parity.contract.golden import Golden
from onpar.parity.contract.spec import ModelSpec
from onpar.parity.contract.steps.sigmoid import Sigmoid
from onpar.parity.contract.steps.softmax import Softmax
from onpar.parity.contract.steps.top_k import TopK


@dataclass(frozen=True)
class Guess:
    """A label and its score; `share` is the score where it is a probability 0–1, else None."""

    label: str
    score: float
    share: float | None


@dataclass(frozen=True)
class Place:
    """The labels at one place of the order, from 1 on; `same` says that both are the same class."""

    number: int
    golden: Guess | None
    captured: Guess | None
    same: bool


def top_shown(model: ModelSpec) -> TopK | None:
    """The last step, if what it makes is an order of labels."""
    last = model.steps[-1]
    return last if isinstance(last, TopK) else None


def ranking(
    model: ModelSpec, step: TopK, golden: Golden | None, capture: Capture | None, notes: list[str]
) -> tuple[Place, ...]:
    """The `step.k` places; `notes` gets why an order cannot be shown."""
    maker = makers_of(model.steps).get(step.takes[0])
    probable = isinstance(maker, Softmax | Sigmoid)
    held = (("golden", golden.capture if golden else None), ("capture", capture))
    ours, theirs = (_order(whose, one, step, probable, notes) for whose, one in held)
    if not (ours or theirs):
        return ()
    places = []
    for at in range(step.k):
        of_golden, of_capture = ours.get(at), theirs.get(at)
        same = bool(of_golden and of_capture and of_golden.label == of_capture.label)
        places.append(Place(at + 1, of_golden, of_capture, same))
    return tuple(places)


def _order(
    whose: str, capture: Capture | None, step: TopK, probable: bool, notes: list[str]
) -> dict[int, Guess]:
    """The guesses by their place from 0 on; none for tensors that are not of the step's shape."""
    if capture is None:
        return {}
    classes, scores = (capture.tensors.get(name) for name in step.makes)
    for name, value, kinds in zip(step.makes, (classes, scores), ("iu", "f"), strict=True):
        if value is None or value.shape != (step.k,) or value.dtype.kind not in kinds:
            got = "absent" if value is None else f"{value.dtype.name} {list(value.shape)}"
            notes.append(f"The {whose}'s labels cannot be shown: {name} is {got}.")
            return {}
    assert classes is not None and scores is not None
    return {
        at: _guess(int(index), float(score), step, probable)
        for at, (index, score) in enumerate(zip(classes, scores.astype(np.float64), strict=True))
    }


def _guess(index: int, score: float, step: TopK, probable: bool) -> Guess:
    known = 0 <= index < len(step.labels)
    label = step.labels[index] if known else f"class {index}, not the model's"
    return Guess(label, score, score if probable and 0 <= score <= 1 else None)
