"""From the records of an evaluation to the tolerance of an artifact."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from onpar.parity.contract.classmap import MIN_VARIED_SHARE
from onpar.parity.contract.confusion import shares
from onpar.parity.contract.measured import IMAGES, PLAIN_IMAGES, Error, MeasuredTolerance, Scores
from onpar.parity.contract.spec import Artifact
from onpar.parity.contract.tolerance import ToleranceError
from onpar.parity.evaluation.record import Record
from onpar.parity.evaluation.tasks.classmap import ClassMapSeen

FIGURES = ("agreement", "foreground", "worst_tile", "miou", "lowest_iou")

ONLY_CLASS_MAPS = (
    "no tolerance can be measured yet for a model without a class map, such as one with a mask or "
    "with labels; leave out --tolerances"
)


def measure(
    records: Iterable[Record], artifact: Artifact, command: str, measured_on: str
) -> MeasuredTolerance:
    """The tolerance from the records of the artifact, whose model must give class maps.

    Raises ToleranceError if there are too few, or if they have no scores, as with io image;
    QualityError if the artifact is broken.
    """
    varied: list[tuple[float, float]] = []
    plain: list[tuple[float, float]] = []
    missing, snrs = [], []
    for record in records:
        found = record.artifacts[artifact.sha256]
        shown = found.seen
        if type(shown) is not ClassMapSeen:
            raise ToleranceError(f"{artifact.file}: {ONLY_CLASS_MAPS}")
        if found.apart is None:
            raise ToleranceError(
                f"{artifact.file}: gives no scores, so no error can be measured; name its "
                "variant of io tensor"
            )
        if found.apart.snr_db is not None:
            snrs.append(found.apart.snr_db)
        seen = shares(shown.confusion)
        is_varied = seen.varied >= MIN_VARIED_SHARE
        (varied if is_varied else plain).append((found.apart.rmse, found.apart.max_abs))
        if is_varied:
            foreground = 1.0 if seen.foreground is None else seen.foreground
            lowest = seen.iou[seen.lowest]
            missing.append((seen.agreement, foreground, shown.worst_tile, seen.miou_large, lowest))
    images = len(varied) + len(plain)
    if images < IMAGES or len(varied) < IMAGES // 2:
        raise ToleranceError(
            f"a tolerance is measured over {IMAGES} images at least, half of them more than nearly "
            f"one class; these are {images} and {len(varied)}: give more"
        )
    figures = dict(zip(FIGURES, (1 - np.array(missing)).T, strict=True))
    return MeasuredTolerance(
        variant=artifact.variant,
        recipe=artifact.model.recipe,
        recipe_sha256=artifact.recipe_sha256,
        weights=artifact.weights,
        weights_sha256=artifact.weights_sha256,
        images=images,
        varied=_scores(varied),
        plain=_scores(plain) if len(plain) >= PLAIN_IMAGES else None,
        **{name: _error(values) for name, values in figures.items()},
        command=command,
        measured_on=measured_on,
        snr_db=float(np.mean(snrs)) if snrs else None,
    )


def _scores(pairs: Sequence[tuple[float, float]]) -> Scores:
    rmse, max_abs = np.array(pairs).T
    return Scores(len(pairs), _error(rmse), _error(max_abs))


def _error(values: ArrayLike) -> Error:
    """`values` are positive, at least two."""
    known = np.asarray(values, np.float64)
    return Error(float(known.mean()), float(known.std(ddof=1)), float(known.max()))
