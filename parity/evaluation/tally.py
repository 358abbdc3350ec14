"""Records summed up: of each image a few numbers, and sums over all of them.

Two tallies merge: the numbers of the images are put together, the sums are added. So an evaluation
may be split over processes or machines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onpar.parity.evaluation.record import Ran, Record
from onpar.parity.evaluation.tasks import AnySeen

Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class Tally:
    """Images in the order of their names. `each` has arrays [n, …] by name, a row for each image;
    `sums` are arrays of integers, summed over the images. A task adds arrays of its own to
    those that all have, f64 [n, A], NaN where an artifact has none:

    snr_db, rmse, max_abs   `record.Apart`
    milliseconds            f64 [n, 1 + A], first the reference's
    """

    images: tuple[str, ...]
    each: Arrays
    sums: Arrays
    peak_rss_mb: float


@dataclass(frozen=True)
class Row:
    """What a task keeps of an image: arrays for `Tally.each`, and for `Tally.sums`."""

    each: Arrays
    sums: Arrays


def tally(
    records: Iterable[Record],
    artifacts: Sequence[str],
    row: Callable[[Sequence[AnySeen]], Row],
) -> Tally:
    """Sum up records, in any order; `artifacts` are the SHA-256s in their order, `row` gives what
    the task keeps of what the reference and each artifact showed.

    If an image has two, since a process that was being killed recorded it too, the first counts:
    they are equal. Raises ValueError without a record.
    """
    rows: dict[str, Row] = {}
    sums: dict[str, NDArray[Any]] = {}
    peak = 0.0
    for record in records:
        peak = max(peak, record.peak_rss_mb)
        if record.image in rows:
            continue
        ran = [record.reference, *(record.artifacts[sha256] for sha256 in artifacts)]
        made = row([one.seen for one in ran])
        rows[record.image] = Row({**made.each, **_always(ran)}, {})
        for name, value in made.sums.items():
            sums[name] = sums[name] + value if name in sums else value
    if not rows:
        raise ValueError("no record of any image")
    images = tuple(sorted(rows))
    names = rows[images[0]].each
    each = {name: np.stack([rows[image].each[name] for image in images]) for name in names}
    return Tally(images, each, sums, peak)


def merged(first: Tally, second: Tally) -> Tally:
    """Two tallies of different images as one. Raises ValueError if both have the same image: its
    sums would count twice."""
    both = set(first.images) & set(second.images)
    if both:
        raise ValueError(f"both have {min(both)}; merge evaluations of different images")
    images = first.images + second.images
    order = sorted(range(len(images)), key=images.__getitem__)
    return Tally(
        tuple(images[at] for at in order),
        {name: np.concatenate([value, second.each[name]])[order]
         for name, value in first.each.items()},
        {name: value + second.sums[name] for name, value in first.sums.items()},
        max(first.peak_rss_mb, second.peak_rss_mb),
    )  # fmt: skip


def _always(ran: Sequence[Ran]) -> Arrays:
    apart = [one.apart for one in ran[1:]]
    return {
        "milliseconds": np.array([one.milliseconds for one in ran]),
        "snr_db": _numbers(one.snr_db if one else None for one in apart),
        "rmse": _numbers(one.rmse if one else None for one in apart),
        "max_abs": _numbers(one.max_abs if one else None for one in apart),
    }


def _numbers(values: Iterable[float | None]) -> NDArray[np.float64]:
    return np.array([np.nan if value is None else value for value in values])
