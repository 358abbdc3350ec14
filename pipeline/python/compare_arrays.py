"""`onpar.compare`: compares arrays with their references, without a recipe or a file."""

from __future__ import annotations

from typing import Any

import numpy as np

from onpar.parity.judge.judge_array import judge_array
from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import StageVerdict
from onpar.pipeline.python.array_results import CompareResult, array_result
from onpar.pipeline.python.given_arrays import named_arrays
from onpar.pipeline.python.stated import Bound, Stated


def compare(
    got: Any,
    reference: Any,
    *,
    max_abs: Bound = None,
    rms: Bound = None,
    noise_floor: Bound = None,
    groups: int | None = None,
) -> CompareResult:
    """Judge arrays by their references, as for the outputs of a model.

    `got` and `reference` are two arrays, or two mappings of names to arrays, of any shape: numpy
    arrays, or anything with `__array__`, such as a PyTorch tensor. The dtypes must be the same, but
    the reference for floats may be float64, which is the best dtype for a reference.

    State the allowed error, in the arrays' unit, for all arrays or by name:
        noise_floor   F, the largest error of a valid float32 run, such as PyTorch itself on the
                      same input: max ≤ 8·F and RMS ≤ 4·F, as for every recipe. An F below
                      float32's smallest, 4·eps·max|reference|, is replaced by it, also 0; the
                      reason of the tolerance says so. For equality state max_abs=0
        max_abs, rms  the largest error, and the largest RMS error; one of them implies the other.
                      Values within them but below 6 dB SNR are still VALUE
    By default, integers must be equal. float32 gets the smallest noise floor, F =
    4·eps·max|reference|, for each channel if channels have 256 values or more. Other floats are
    UNJUDGED unless they are equal. `groups` is the axis whose indices each have a floor, such as -1
    for boxes.

    Raises OnparError if an argument is not an array of numbers, if both mappings are empty, and if
    bounds are negative, not finite, of an unknown name, or of two kinds at once.
    """
    mine, theirs = named_arrays(got, reference)
    stated = Stated(max_abs, rms, noise_floor, groups)
    stated.check(mine.keys() | theirs.keys())
    rows = []
    for name in [*theirs, *(one for one in mine if one not in theirs)]:
        if name not in mine:
            detail = f"{name} is missing; got has {', '.join(mine) or 'no array'}"
            rows.append(array_result(StageVerdict("array", Status.MISSING, detail, name)))
        elif name not in theirs:
            detail = f"{name}: the reference has no such array; it has {', '.join(theirs)}"
            rows.append(array_result(StageVerdict("array", Status.EXTRA, detail, name)))
        else:
            a, b = mine[name], theirs[name]
            sound = b.size > 0 and bool(np.isfinite(b).all())
            allowed = stated.allowed(name, a, b) if sound else None
            rows.append(array_result(judge_array(name, a, b, allowed, stated.floored(name))))
    return CompareResult(tuple(rows))
