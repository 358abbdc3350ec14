"""Reductions and gathers, with what NumPy makes of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from small_programs import IOS15, IOS16, IOS17, Array, Case

draw = np.random.default_rng(4)
X = draw.normal(size=(2, 3, 4)).astype(np.float32)
POSITIVE = abs(X) + 0.1
INTS = draw.integers(-5, 5, (2, 3, 4), dtype=np.int32)


NO_AXES = {
    "reduce_l2_norm": POSITIVE,
    "reduce_log_sum_exp": POSITIVE,
    "reduce_max": POSITIVE,
    "reduce_mean": POSITIVE,
    "reduce_prod": POSITIVE,
    "reduce_sum": POSITIVE,
}
"""An empty list of axes reduces none."""

LARGE = np.array([[2**24 + 1, 2**24 + 1], [3, 5]], np.int32)
OF_LARGE = {
    "reduce_l1_norm": np.array([2**25 + 2, 8]),
    "reduce_max": np.array([2**24 + 1, 5]),
    "reduce_mean": np.array([2**24 + 1, 4]),
    "reduce_min": np.array([2**24 + 1, 3]),
    "reduce_sum": np.array([2**25 + 2, 8]),
}
"""Beyond 2^24 float32 has no odd numbers."""


def reduced(op: str, x: Array, expected: Any) -> list[Case]:
    """Over two axes, and over all with the axes kept."""
    return [
        Case(op, op, {"x": x}, {"axes": [0, -1]}, expected(x, (0, 2), False)),
        Case(f"{op}-all", op, {"x": x}, {"keep_dims": True}, expected(x, (0, 1, 2), True)),
    ]


REDUCTIONS = [
    *reduced("reduce_l1_norm", X, lambda x, a, k: abs(x).sum(a, keepdims=k)),
    *reduced("reduce_l2_norm", X, lambda x, a, k: np.sqrt((x**2).sum(a, keepdims=k))),
    *reduced("reduce_log_sum", POSITIVE, lambda x, a, k: np.log(x.sum(a, keepdims=k))),
    *reduced("reduce_log_sum_exp", X, lambda x, a, k: np.log(np.exp(x).sum(a, keepdims=k))),
    *reduced("reduce_max", X, lambda x, a, k: x.max(a, keepdims=k)),
    *reduced("reduce_mean", X, lambda x, a, k: x.mean(a, keepdims=k)),
    *reduced("reduce_min", X, lambda x, a, k: x.min(a, keepdims=k)),
    *reduced("reduce_prod", X, lambda x, a, k: x.prod(a, keepdims=k)),
    *reduced("reduce_sum", INTS, lambda x, a, k: x.sum(a, keepdims=k)),
    *reduced("reduce_sum_square", X, lambda x, a, k: (x**2).sum(a, keepdims=k)),
    *(
        Case(f"{op}-none", op, {"x": POSITIVE}, {"axes": np.zeros(0, np.int32)}, expected)
        for op, expected in NO_AXES.items()
    ),
    Case("reduce_sum-float", "reduce_sum", {"x": X}, {"axes": [1]}, X.sum(1)),
    *(
        Case(f"{op}-ints", op, {"x": LARGE}, {"axes": [1]}, expected)
        for op, expected in OF_LARGE.items()
    ),
    Case("reduce_argmax", "reduce_argmax", {"x": X}, {"axis": 1}, X.argmax(1)),
    Case("reduce_argmin", "reduce_argmin", {"x": X}, {"keep_dims": True}, X.argmin(-1)[..., None]),
    Case(
        "reduce_argmax-uint16",
        "reduce_argmax",
        {"x": X},
        {"output_dtype": "uint16"},
        X.argmax(-1),
        IOS17,
    ),
]

PLACES = np.array([[2, 0], [1, -1]], np.int32)
ALONG = draw.integers(-3, 3, (2, 5, 4), dtype=np.int32)
ROWS = np.array([[1, 2], [0, 0], [-1, 1]], np.int32)
ONES = np.array([0, 2], np.int32)
UPDATES = draw.uniform(0.5, 2, (2, 2, 4)).astype(np.float32)
MODES = {
    "update": None,
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "div": np.divide,
    "max": np.maximum,
    "min": np.minimum,
}


def changed(mode: str, places: Any, updates: Array) -> Array:
    """X with the updates at places that occur once."""
    result, ufunc = X.copy(), MODES[mode]
    result[places] = updates if ufunc is None else ufunc(result[places], updates)
    return result


def twice(mode: str) -> Array:
    """X with both updates at the one place 2."""
    once = changed(mode, (slice(None), [2]), UPDATES[:, :1])
    result, ufunc = once.copy(), MODES[mode]
    assert ufunc is not None
    result[:, 2] = ufunc(once[:, 2], UPDATES[:, 1])
    return result


GATHERS = [
    Case("gather", "gather", {"x": X, "indices": PLACES}, {"axis": 1}, X[:, PLACES]),
    Case(
        "gather-batched",
        "gather",
        {"x": X, "indices": PLACES},
        {"axis": 2, "batch_dims": 1},
        np.stack([X[0][:, PLACES[0]], X[1][:, PLACES[1]]]),
        IOS16,
    ),
    Case(
        "gather-validated",
        "gather",
        {"x": X, "indices": abs(PLACES)},
        {"axis": 1, "validate_indices": True},
        X[:, abs(PLACES)],
        IOS17,
    ),
    Case(
        "gather_along_axis",
        "gather_along_axis",
        {"x": X, "indices": ALONG},
        {"axis": 1},
        np.take_along_axis(X, ALONG % 3, 1),
    ),
    Case(
        "gather-scalar",
        "gather",
        {"x": X},
        {"axis": 1, "indices": np.int32(1)},
        X[:, 1],
    ),
    Case("gather_nd", "gather_nd", {"x": X, "indices": ROWS}, {}, X[ROWS[:, 0], ROWS[:, 1]]),
    Case(
        "gather_nd-batched",
        "gather_nd",
        {"x": X, "indices": PLACES[:, :, None]},
        {"batch_dims": 1},
        np.stack([X[0, PLACES[0]], X[1, PLACES[1]]]),
        IOS16,
    ),
    *(
        Case(
            f"scatter-{mode}",
            "scatter",
            {"data": X, "indices": ONES, "updates": UPDATES},
            {"axis": 1, "mode": mode},
            changed(mode, (slice(None), ONES), UPDATES),
        )
        for mode in MODES
    ),
    Case(
        "scatter-div-ints",
        "scatter",
        {"data": LARGE, "indices": ONES[:1], "updates": np.array([[2, -3]], np.int32)},
        {"axis": 0, "mode": "div"},
        np.array([[2**23, -5592406], [3, 5]]),
    ),
    *(
        Case(
            f"scatter-twice-{mode}",
            "scatter",
            {"data": X, "indices": np.array([2, 2], np.int32), "updates": UPDATES},
            {"axis": 1, "mode": mode},
            twice(mode),
        )
        for mode in ("add", "sub", "mul", "div", "max", "min")
    ),
    Case(
        "scatter_along_axis",
        "scatter_along_axis",
        {"data": X, "indices": np.tile(PLACES[:, None, :1], (1, 1, 4)), "updates": UPDATES[:, :1]},
        {"axis": 1, "mode": "update"},
        changed("update", (np.array([[0], [1]]), PLACES[:, :1]), UPDATES[:, :1]),
    ),
    Case(
        "scatter_nd",
        "scatter_nd",
        {"data": X, "indices": ROWS[:2], "updates": UPDATES[0]},
        {"mode": "add"},
        changed("add", (ROWS[:2, 0], ROWS[:2, 1]), UPDATES[0]),
    ),
    Case("non_zero", "non_zero", {"x": INTS}, {}, np.argwhere(INTS), IOS15),
]

CASES = [*REDUCTIONS, *GATHERS]
