"""Softmax, sigmoid, threshold and top-k as apps get them wrong: each of a step's one tensor."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import wrong_walks as w
from preps import Prep

from onpar.parity.contract.capture import Tensor
from onpar.parity.image.resize import resize

Change = Callable[[Tensor], Tensor]


def step(kind: str, change: Change) -> w.Break:
    """A host whose step of this kind makes another tensor of what it takes."""
    return w.step(own={kind: lambda given: (np.ascontiguousarray(change(given), np.float32),)})


def top_left(photo: Tensor, prep: Prep) -> Tensor:
    """The shorter side is scaled as it should be, and the corner cut out instead of the centre."""
    height, width, _ = photo.shape
    side = min(height, width)
    scaled = resize(photo, prep.shorter * height // side, prep.shorter * width // side)
    return scaled[: prep.height, : prep.width]


def thresholded(change: Change) -> w.Break:
    return w.step(own={"threshold": lambda p: (change(p[0, 0]).astype(np.uint8),)})


def ranked(order: Change, k: int = 5, offset: int = 0, scale: float = 1.0) -> w.Break:
    """A host that takes the first k of another order of the scores [C]; `offset` is added to the
    classes, the scores are multiplied by `scale`."""

    def later(scores: Tensor) -> tuple[Tensor, ...]:
        first = order(scores[0])[:k].astype(np.int32)
        return first + np.int32(offset), scores[0][first] * np.float32(scale)

    return w.step(own={"top-k": later})


def largest(scores: Tensor) -> Tensor:
    order: Tensor = np.argsort(-scores, kind="stable")
    return order


def sigmoid(values: Tensor) -> Tensor:
    with np.errstate(over="ignore"):
        return np.asarray(1 / (1 + np.exp(-values)))


def sigmoid_of_quotient(values: Tensor) -> Tensor:
    """exp(x) / (1 + exp(x)): logits beyond 88.7 overflow float32."""
    with np.errstate(over="ignore", invalid="ignore"):
        raised = np.exp(values)
        return np.asarray(raised / (1 + raised))


def not_shifted(scores: Tensor) -> Tensor:
    """Without subtracting the largest, scores beyond 88.7 overflow float32."""
    with np.errstate(over="ignore", invalid="ignore"):
        raised = np.exp(scores)
        return np.asarray(raised / raised.sum(1, keepdims=True))


def unstable(scores: Tensor) -> Tensor:
    """A sort that leaves equal scores in any order."""
    drawn = np.random.default_rng(1).permutation(scores.size)
    return np.asarray(drawn[np.argsort(-scores[drawn], kind="stable")])


def in_halves(scores: Tensor) -> Tensor:
    """Sorted by scores of half precision."""
    return largest(scores.astype(np.float16))


def ties_to_the_last(scores: Tensor) -> Tensor:
    """`>=` where `>` was meant."""
    return scores.size - 1 - np.argsort(-scores[::-1], kind="stable")


def above_zero(scores: Tensor) -> Tensor:
    """The best so far begins at 0: where no score is positive, class 0 wins."""
    return largest(np.where(scores > 0, scores, np.where(np.arange(scores.size) == 0, 0, -1)))


def in_order_of_class(scores: Tensor) -> Tensor:
    """The five largest as a heap or a partition leaves them."""
    return np.asarray(np.sort(largest(scores)[:5]))


def without(index: int) -> Change:
    """A loop that leaves out a class."""

    def order(scores: Tensor) -> Tensor:
        found = largest(scores)
        return np.asarray(found[found != index % scores.size])

    return order


def above_in_halves(probabilities: Tensor) -> Tensor:
    """A mask drawn of scores in half precision."""
    with np.errstate(over="ignore"):
        return np.asarray(probabilities.astype(np.float16) > np.float16(0.5))
