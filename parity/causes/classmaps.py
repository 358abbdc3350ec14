"""Mistakes of a class map u8 [h, w], computed from scores `given` [1, C, h, w]."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from onpar.parity.causes import Fault, Mistake, Mistakes, Table, Tensor, always


def of_scores(taken: Callable[[Tensor, Fault], Tensor | None]) -> Mistake:
    """The mistake that takes the map of scores [C, h, w] like this."""

    def mistake(fault: Fault) -> Tensor | None:
        if fault.given is None:
            return None
        return taken(fault.given[0], fault)

    return mistake


def _of_pixels(scores: Tensor, _: Fault) -> Tensor:
    """[C, h, w] read as if it were [h, w, C]."""
    classes, height, width = scores.shape
    return np.asarray(scores.reshape(height, width, classes).argmax(2))


def _last_of_equals(scores: Tensor, _: Fault) -> Tensor:
    return np.asarray(scores.shape[0] - 1 - scores[::-1].argmax(0))


def _above_zero(scores: Tensor, _: Fault) -> Tensor:
    """`best` begins at 0, or at Java's Float.MIN_VALUE, which is the smallest above it."""
    return np.where(scores.max(0) > 0, scores.argmax(0), 0)


def _first_classes(scores: Tensor, fault: Fault) -> Tensor | None:
    count = int(fault.got.max()) + 1
    return scores[:count].argmax(0) if 1 < count < scores.shape[0] else None


def _halves(scores: Tensor, _: Fault) -> Tensor:
    with np.errstate(over="ignore"):
        return np.asarray(scores.astype(np.float16).argmax(0))


MAPS: Table = {
    "the classes are shifted by one": lambda f: f.ref + np.uint8(1),
    "the classes are shifted by minus one": lambda f: f.ref - np.uint8(1),
    "width and height are swapped": lambda f: f.ref.swapaxes(0, 1),
    "the map is mirrored left to right": lambda f: f.ref[:, ::-1],
    "the map is upside down": lambda f: f.ref[::-1],
    "every pixel is of class 0: nothing was drawn": lambda f: np.zeros_like(f.ref),
}

WRONG_ARG_MAX: Table = {
    "the scores [C, h, w] are read as if they were [h, w, C]": of_scores(_of_pixels),
    "of equal scores the last class is taken instead of the first": of_scores(_last_of_equals),
    "the arg-max starts at 0, so a pixel without a positive score is of class 0": (
        of_scores(_above_zero)
    ),
    "the last classes are left out of the arg-max": of_scores(_first_classes),
    "the arg-max is of scores in half precision": of_scores(_halves),
    "it is the arg-min": of_scores(lambda scores, _: scores.argmin(0)),
    "the arg-max is over the rows instead of the classes": (
        of_scores(lambda scores, _: scores.argmax(1))
    ),
}


def classmap_mistakes(fault: Fault) -> Table:
    """The mistakes of a map [h, w]."""
    if fault.ref.ndim != 2 or fault.got.dtype.kind not in "iu":
        return {}
    scored = fault.given is not None and fault.given.ndim == 4 and fault.given.size > 0
    return {**MAPS, **WRONG_ARG_MAX} if scored else MAPS


CLASSMAP = Mistakes(always(classmap_mistakes), names=True)
