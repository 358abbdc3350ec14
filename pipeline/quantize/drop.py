"""What int8 costs: the figure that `--max-drop` limits, and the relative error of the outputs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onpar.parity.contract.chain import after_run, perform
from onpar.parity.contract.spec import ModelSpec
from onpar.pipeline.golden.gates import Prepared

Outputs = Mapping[str, NDArray[Any]]

SHOWN = {
    "argmax": "pixels of the class maps that change their class",
    "threshold": "pixels of the masks that change",
    "top-k": "first labels that change",
}
"""The figure, by the kind of the last step."""

ERROR = "error relative to the outputs (RMS, the worst output of the worst case)"
"""The figure of other models."""


@dataclass(frozen=True)
class Drop:
    """Of an example: how many of the `values` that are shown changed, and the relative error of the
    worst output."""

    changed: int
    values: int
    error: float


def figure(model: ModelSpec) -> str:
    """What the limit is for, as text."""
    return SHOWN.get(_last(model), ERROR)


def drop(model: ModelSpec, example: Prepared, outputs: Outputs) -> Drop:
    """Compare what a program made of an example with the float64 reference's outputs."""
    error = max(relative(outputs[name], wanted) for name, wanted in example.outputs.items())
    if _last(model) not in SHOWN:
        return Drop(0, 1, error)
    got, wanted = (_shown(model, example, one) for one in (outputs, example.outputs))
    return Drop(int(np.count_nonzero(got != wanted)), wanted.size, error)


def points(model: ModelSpec, drops: list[Drop]) -> float:
    """The figure over examples, in percentage points."""
    if _last(model) not in SHOWN:
        return 100 * max(one.error for one in drops)
    return 100 * sum(one.changed for one in drops) / sum(one.values for one in drops)


def decibels(drops: list[Drop]) -> float:
    """The SNR of the worst example in dB; infinite for equal outputs."""
    worst = max(one.error for one in drops)
    return -20 * math.log10(worst) if 0 < worst < math.inf else -math.inf if worst else math.inf


def relative(got: NDArray[Any], wanted: NDArray[Any]) -> float:
    """The RMS of the error, relative to that of what is wanted; infinite where that is 0."""
    error, signal = (_rms(one) for one in (got.astype(np.float64) - wanted, wanted))
    if not math.isfinite(error):
        return math.inf
    return error / signal if signal else math.inf if error else 0.0


def _rms(values: NDArray[Any]) -> float:
    return float(np.sqrt(np.mean(np.square(values, dtype=np.float64))))


def _last(model: ModelSpec) -> str:
    return model.steps[-1].kind


def _shown(model: ModelSpec, example: Prepared, outputs: Outputs) -> NDArray[Any]:
    """What the last step makes; of labels the first."""
    made = {name: values.astype(example.outputs[name].dtype) for name, values in outputs.items()}
    last = model.steps[-1]
    shown = perform(after_run(model), {**example.tensors, **made}, {})[last.makes[0]]
    return shown.ravel()[:1] if last.kind == "top-k" else shown
