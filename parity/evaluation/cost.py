"""What an artifact costs over many images, against what `onpar evaluate --max-drop` allows."""

from __future__ import annotations

from dataclasses import dataclass

from onpar.parity.contract.drop import amount, is_within
from onpar.parity.evaluation.evaluation import Evaluation, Figures
from onpar.parity.evaluation.summaries.labels_figures import LabelsFigures

DROPS = {"argmax": "mIoU", "threshold": "IoU", "top-k": "top-1"}
"""The figure whose drop against the truth is limited, by the kind of the last step."""

AGREEMENT = "agreement with float"


@dataclass(frozen=True)
class Cost:
    """What an artifact costs.

    variant   the artifact
    figure    the figure that drops: one of DROPS with the truth, else AGREEMENT
    points    by how much, in hundredths; of AGREEMENT 100 less its percent
    interval  its 95 % interval; None where it is not known
    allowed   points that it may drop
    within    whether it drops by no more
    sentence  all of it
    """

    variant: str
    figure: str
    points: float
    interval: tuple[float, float] | None
    allowed: float
    within: bool
    sentence: str


def costs(done: Evaluation) -> tuple[Cost, ...]:
    """The cost of each artifact by the limit of the evaluation; empty without a limit."""
    limit = done.max_drop
    return () if limit is None else tuple(_cost(one, done, limit) for one in done.artifacts)


def _cost(one: Figures, done: Evaluation, limit: float) -> Cost:
    seen, truth = one.seen, one.seen.truth
    figure, ends = AGREEMENT, None
    if truth is not None:
        figure = DROPS[str(done.reference.__struct_config__.tag)]
        drop, ends = truth.drop, truth.drop_interval
    else:
        drop = 100 - 100 * seen.agreement
        if isinstance(seen, LabelsFigures):
            low, high = seen.agreement_interval
            ends = (100 - 100 * high, 100 - 100 * low)
    within = is_within(drop, limit)
    between = f" ({' to '.join(map(amount, ends))})" if ends else ""
    answer = f"within {limit:g}" if within else f"more than {limit:g} allowed"
    said = f"{one.variant} costs {amount(drop, limit)} points of {figure}{between}: {answer}"
    return Cost(one.variant, figure, drop, ends, limit, within, said)
