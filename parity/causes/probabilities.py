"""Mistakes of probabilities, computed from the scores `given` to a softmax or a sigmoid."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from onpar.parity.causes import Fault, Mistake, Mistakes, Table, Tensor, always
from onpar.parity.causes.numbers import NUMBERS
from onpar.parity.causes.outputs import SHAPES, softmax


def _of_scores(made: Callable[[Tensor], Tensor]) -> Mistake:
    """The mistake that makes the probabilities of the scores f64 like this."""

    def mistake(fault: Fault) -> Tensor | None:
        return None if fault.given is None else made(fault.given.astype(np.float64))

    return mistake


def _sigmoid(scores: Tensor) -> Tensor:
    return np.asarray(1 / (1 + np.exp(-scores.clip(-700, 700))))


def _percent(fault: Fault) -> Tensor:
    return 100 * fault.ref.astype(np.float64)


def _scores(fault: Fault) -> Tensor | None:
    return fault.given


EITHER: Table = {
    **NUMBERS,
    "a hyperbolic tangent is applied instead": _of_scores(np.tanh),
    "the probabilities are in percent": _percent,
}

SOFTMAX: Table = {
    **EITHER,
    "no softmax is applied: these are the scores": _scores,
    "a sigmoid is applied instead": _of_scores(_sigmoid),
    "the softmax is applied twice": lambda f: softmax(f.ref.astype(np.float64)),
    "the logarithm is taken: a log-softmax is applied": lambda f: np.log(
        f.ref.clip(np.finfo(np.float32).tiny)
    ),
}

SIGMOID: Table = {
    **EITHER,
    "no sigmoid is applied: these are the scores": _scores,
    "the sigmoid is applied twice": lambda f: _sigmoid(f.ref.astype(np.float64)),
    "they are the probabilities of the other class: 1 minus each": (
        lambda f: 1 - f.ref.astype(np.float64)
    ),
}


def _fitting(table: Table) -> Callable[[Fault], Table]:
    return lambda fault: table if fault.got.shape == fault.ref.shape else SHAPES


OF_SOFTMAX = Mistakes(always(_fitting(SOFTMAX)))
OF_SIGMOID = Mistakes(always(_fitting(SIGMOID)))
