"""What is kept of an image whose models give a class for each pixel."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from onpar.parity.contract.confusion import Pairs, add, sides
from onpar.parity.evaluation.tally import Row
from onpar.parity.evaluation.tasks.classmap import ClassMapSeen


def pixel_row(seen: Sequence[ClassMapSeen], classes: int, **shares: Sequence[float]) -> Row:
    """The confusion matrices of A artifacts, i64 [A, C, C], for the sums; for the image the
    `shares`, f64 [A], the worst tiles, and if there is a mask the `confusion.sides` of the mask and
    each model, u32 [1 + A, 3, C]: whole matrices of every image would need too much memory."""
    each: dict[str, NDArray[np.float64 | np.uint32]] = {
        name: np.array(values, np.float64) for name, values in shares.items()
    }
    each["worst_tile"] = np.array([one.worst_tile for one in seen[1:]])
    if seen[0].truth is not None:
        against = [sides(_table(one.truth or (), classes)) for one in seen]
        each["truth"] = np.stack(against).astype(np.uint32)
    tables = np.stack([_table(one.confusion, classes) for one in seen[1:]])
    return Row(each, {"confusion": tables})


def _table(pairs: Pairs, classes: int) -> NDArray[np.int64]:
    table = np.zeros((classes, classes), np.int64)
    add(table, pairs)
    return table
