"""From the records of an evaluation to its figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

import numpy as np

from onpar.parity.contract.spec import Artifact
from onpar.parity.evaluation.evaluation import Evaluation, Figures
from onpar.parity.evaluation.record import Record
from onpar.parity.evaluation.spread import spread
from onpar.parity.evaluation.summaries import SUMMARIES
from onpar.parity.evaluation.tally import Tally, tally


def tally_of(records: Iterable[Record], artifacts: Sequence[tuple[str, Artifact]]) -> Tally:
    """The records summed up for these artifacts, each with its target's name, which must be of one
    model. Raises ValueError without a record."""
    last = artifacts[0][1].model.steps[-1]
    sha256s = [artifact.sha256 for _, artifact in artifacts]
    return tally(records, sha256s, partial(SUMMARIES[last.kind].row, last))


def evaluation(
    found: Tally,
    images: Sequence[str],
    artifacts: Sequence[tuple[str, Artifact]],
    *,
    onpar: str,
    created_at: str,
    device: str,
) -> Evaluation:
    """The figures of the artifacts, in the order of the tally, over the `images`.

    Raises ValueError if the tally does not have one of them.
    """
    missing = sorted(set(images) - set(found.images))
    if missing:
        raise ValueError(f"no record of {missing[0]}")
    one = artifacts[0][1]
    last = one.model.steps[-1]
    summed = SUMMARIES[last.kind].summary(last, found)
    each = found.each
    figures = []
    for at, (target, artifact) in enumerate(artifacts):
        largest = each["max_abs"][:, at]
        figures.append(
            Figures(
                file=artifact.file,
                sha256=artifact.sha256,
                variant=artifact.variant,
                target=target,
                max_abs=None if np.isnan(largest).all() else float(np.nanmax(largest)),
                snr_db=spread(each["snr_db"][:, at]),
                rmse=spread(each["rmse"][:, at]),
                milliseconds=float(np.median(each["milliseconds"][:, at + 1])),
                seen=summed.artifacts[at],
                worst=summed.worst[at],
            )
        )
    return Evaluation(
        onpar=onpar,
        created_at=created_at,
        recipe=one.model.recipe,
        recipe_sha256=one.recipe_sha256,
        weights=one.weights,
        weights_sha256=one.weights_sha256,
        device=device,
        images=len(found.images),
        reference=summed.reference,
        milliseconds=float(np.median(each["milliseconds"][:, 0])),
        artifacts=tuple(figures),
        peak_rss_mb=found.peak_rss_mb,
    )
