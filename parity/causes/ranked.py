"""Mistakes of the first classes i32 [k] and their scores f32 [k], of scores `given` [1, C]."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from onpar.parity.causes import Fault, Mistake, Mistakes, Table, Tensor, always


def _of_order(order: Callable[[Tensor], Tensor]) -> Mistake:
    """The mistake that takes the first classes of another order of the scores [C]: these classes,
    or their scores."""

    def mistake(fault: Fault) -> Tensor | None:
        if fault.given is None:
            return None
        scores = fault.given[0]
        first = order(scores)[: fault.ref.size]
        return first if _holds_classes(fault) else scores[first]

    return mistake


def _holds_classes(fault: Fault) -> bool:
    return fault.ref.dtype.kind == "i"


def _largest(scores: Tensor) -> Tensor:
    order: Tensor = np.argsort(-scores, kind="stable")
    return order


def _without(scores: Tensor, left_out: int) -> Tensor:
    order = _largest(scores)
    return np.asarray(order[order != left_out])


def _in_order_of_class(fault: Fault) -> Tensor | None:
    if fault.given is None:
        return None
    scores = fault.given[0]
    classes = np.sort(_largest(scores)[: fault.ref.size])
    return classes if _holds_classes(fault) else scores[classes]


EITHER: Table = {
    "the smallest are taken instead of the largest": _of_order(
        lambda scores: np.argsort(scores, kind="stable")
    ),
    "the largest comes last": lambda f: f.ref[::-1],
    "they are not sorted, but in the order of the classes": _in_order_of_class,
    "the first classes are taken, without sorting": _of_order(lambda s: np.arange(s.size)),
    "class 0 is left out": _of_order(lambda scores: _without(scores, 0)),
    "the last class is left out": _of_order(lambda scores: _without(scores, scores.size - 1)),
}

CLASSES: Table = {
    **EITHER,
    "the classes are shifted by one": lambda f: f.ref + 1,
    "the classes are shifted by minus one": lambda f: f.ref - 1,
    "every class is 0: nothing was written": lambda f: np.zeros_like(f.ref),
}

VALUES: Table = {
    **EITHER,
    "the scores are in percent": lambda f: f.ref * np.float32(100),
    "every score is 0: nothing was written": lambda f: np.zeros_like(f.ref),
}


def _another_k(fault: Fault) -> Tensor | None:
    if fault.given is None:
        return None
    scores = fault.given[0]
    first = _largest(scores)[: fault.got.size]
    return first if _holds_classes(fault) else scores[first]


SHAPES: Table = {
    "another number of classes is taken": _another_k,
    "a batch axis is added": lambda f: f.ref[np.newaxis],
}


def _table(fault: Fault) -> Table:
    if fault.got.shape != fault.ref.shape:
        return SHAPES
    return CLASSES if _holds_classes(fault) else VALUES


RANKED = Mistakes(always(_table), names=True)
"""Every class and score is exact, so they are equal or not."""
