"""From the records of an evaluation to its figures.

The records are read one at a time; of each image only a few numbers are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from onpar.parity.contract.chain import drawn_by
from onpar.parity.contract.confusion import Pairs, add, iou, shares, sides, table_shares, truth_miou
from onpar.parity.contract.spec import Artifact
from onpar.parity.evaluation.bootstrap import drop_intervals
from onpar.parity.evaluation.evaluation import (
    WORST_IMAGES,
    Evaluation,
    Figures,
    Spread,
    Truth,
    Worst,
)
from onpar.parity.evaluation.record import Record


def evaluation(
    records: Iterable[Record],
    images: Sequence[str],
    artifacts: Sequence[tuple[str, Artifact]],
    *,
    onpar: str,
    created_at: str,
    device: str,
) -> Evaluation:
    """The figures of the artifacts, each with its target's name, from a record of each of the
    `images`, in any order; the artifacts must be of one model, and have a class map.

    Raises ValueError if an image has no record.
    """
    one = artifacts[0][1]
    drawn = drawn_by(one.model)
    assert drawn is not None
    sha256s = [artifact.sha256 for _, artifact in artifacts]
    tally = _Tally(images, sha256s, len(drawn.classes))
    for record in records:
        tally.take(record)
    tally.check()
    truths = tally.truths()
    return Evaluation(
        onpar=onpar,
        created_at=created_at,
        recipe=one.model.recipe,
        recipe_sha256=one.recipe_sha256,
        weights=one.weights,
        weights_sha256=one.weights_sha256,
        device=device,
        images=len(images),
        classes=drawn.classes,
        palette=drawn.palette,
        truth=truths[0],
        milliseconds=float(np.median(tally.reference_ms)),
        artifacts=tuple(
            tally.figures(target, artifact, truth)
            for (target, artifact), truth in zip(artifacts, truths[1:], strict=True)
        ),
        peak_rss_mb=tally.peak_rss_mb,
    )


class _Column:
    """An artifact's figures of each image, f64 [n], NaN for a missing figure."""

    def __init__(self, images: int, classes: int) -> None:
        self.agreement, self.foreground, self.tile, self.snr, self.rmse, self.top, self.ms = (
            np.full(images, np.nan) for _ in range(7)
        )
        self.table = np.zeros((classes, classes), np.int64)


class _Tally:
    """The kept parts of the records: sums over the images, and numbers of each."""

    def __init__(self, images: Sequence[str], artifacts: Sequence[str], classes: int) -> None:
        self.images = images
        self.at = {name: index for index, name in enumerate(images)}
        self.columns = {sha256: _Column(len(images), classes) for sha256 in artifacts}
        self.reference_ms = np.full(len(images), np.nan)
        self.truth: NDArray[np.uint32] | None = None
        self.truth_shape = (len(images), 1 + len(artifacts), 3, classes)
        self.peak_rss_mb = 0.0

    def take(self, record: Record) -> None:
        at = self.at[record.image]
        if not np.isnan(self.reference_ms[at]):
            return  # Two processes recorded it, one while being killed: their results are equal.
        self.reference_ms[at] = record.milliseconds
        self.peak_rss_mb = max(self.peak_rss_mb, record.peak_rss_mb)
        compared = [record.artifacts[sha256] for sha256 in self.columns]
        for column, found in zip(self.columns.values(), compared, strict=True):
            add(column.table, found.confusion)
            seen = shares(found.confusion)
            column.agreement[at] = seen.agreement
            column.foreground[at] = np.nan if seen.foreground is None else seen.foreground
            column.tile[at], column.ms[at] = found.worst_tile, found.milliseconds
            for values, value in (
                (column.snr, found.snr_db),
                (column.rmse, found.rmse),
                (column.top, found.max_abs),
            ):
                values[at] = np.nan if value is None else value
        if record.truth is not None:
            if self.truth is None:
                self.truth = np.zeros(self.truth_shape, np.uint32)
            for row, pairs in enumerate((record.truth, *(found.truth for found in compared))):
                self.truth[at, row] = _sides(pairs or (), self.truth_shape[-1])

    def check(self) -> None:
        missing = [
            name for name, ms in zip(self.images, self.reference_ms, strict=True) if np.isnan(ms)
        ]
        if missing or not self.images:
            raise ValueError(f"no record of {missing[0] if missing else 'any image'}")

    def truths(self) -> list[Truth | None]:
        """Of the reference and of each artifact."""
        none: list[Truth | None] = [None] * self.truth_shape[1]
        if self.truth is None:
            return none
        whole = self.truth.sum(0, dtype=np.int64)
        miou, ious = truth_miou(whole), iou(whole)
        if np.isnan(miou[0]):
            return none  # Every pixel of every mask is ignored.
        ends = drop_intervals(self.truth) * 100 if len(self.images) > 1 else None
        return [
            Truth(
                miou=float(miou[row]),
                iou={int(c): float(ious[row, c]) for c in np.flatnonzero(whole[row, 1])},
                drop=float(miou[0] - miou[row]) * 100,
                drop_interval=(float(ends[row - 1, 0]), float(ends[row - 1, 1]))
                if ends is not None and row
                else None,
            )
            for row in range(len(none))
        ]

    def figures(self, target: str, artifact: Artifact, truth: Truth | None) -> Figures:
        column = self.columns[artifact.sha256]
        seen = table_shares(column.table)
        # Of equal agreement, the first by name.
        order = np.argsort(column.agreement, kind="stable")[:WORST_IMAGES]
        return Figures(
            file=artifact.file,
            sha256=artifact.sha256,
            variant=artifact.variant,
            target=target,
            agreement=seen.agreement,
            foreground=seen.foreground,
            miou=seen.miou,
            iou=seen.iou,
            max_abs=None if np.isnan(column.top).all() else float(np.nanmax(column.top)),
            truth=truth,
            agreements=_required(column.agreement),
            foregrounds=_spread(column.foreground),
            worst_tiles=_required(column.tile),
            snr_db=_spread(column.snr),
            rmse=_spread(column.rmse),
            milliseconds=float(np.median(column.ms)),
            worst=tuple(
                Worst(self.images[at], float(column.agreement[at]))
                for at in order
                if column.agreement[at] < 1
            ),
        )


def _sides(pairs: Pairs, classes: int) -> NDArray[np.int64]:
    table = np.zeros((classes, classes), np.int64)
    add(table, pairs)
    return sides(table)


def _spread(values: NDArray[np.float64]) -> Spread | None:
    known = values[~np.isnan(values)]
    if not known.size:
        return None
    return Spread(
        mean=float(known.mean()),
        sd=float(known.std(ddof=1)) if known.size > 1 else None,
        lowest=float(known.min()),
        highest=float(known.max()),
        images=int(known.size),
    )


def _required(values: NDArray[np.float64]) -> Spread:
    spread = _spread(values)
    assert spread is not None
    return spread
