"""The record of an evaluation: one image, whatever the task, with every model that ran on it.

Records of one evaluation merge by putting them together: they may come from several processes, or
from several machines.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from onpar.parity.contract.steps.step import Step
from onpar.parity.evaluation.tasks import TASKS, AnySeen
from onpar.parity.evaluation.tasks.output import Output, Truth
from onpar.parity.judge.metrics import distance


@dataclass(frozen=True)
class Apart:
    """`metrics.Distance` of the scores from the float reference's; `snr_db` is None where they are
    equal."""

    snr_db: float | None
    rmse: float
    max_abs: float


@dataclass(frozen=True)
class Ran:
    """A model on an image.

    milliseconds   the run, on one thread
    apart          how far its scores are from the float reference's; None for the reference itself,
                   and with io image, which gives no scores
    seen           what it showed, against the reference and the truth: the part of the task
    """

    milliseconds: float
    apart: Apart | None
    seen: AnySeen


@dataclass(frozen=True)
class Record:
    """An image.

    image        its name: its path below the folder of the images
    sha256       of its file
    truth        what identifies the truth: the SHA-256 of its mask, or the class of its label in
                 digits; empty: none
    reference    the float reference
    artifacts    each artifact by its SHA-256
    peak_rss_mb  peak memory of the process by then in megabytes (10⁶ bytes)
    """

    image: str
    sha256: str
    truth: str
    reference: Ran
    artifacts: dict[str, Ran]
    peak_rss_mb: float

    @property
    def identity(self) -> tuple[str, str, str]:
        """What identifies the record."""
        return self.image, self.sha256, self.truth


def ran_reference(step: Step, reference: Output, truth: Truth) -> Ran:
    """What is recorded of the float reference; `step` is the chain's last."""
    seen = TASKS[step.kind].compare(step, reference, reference, truth)
    return Ran(reference.milliseconds, None, seen)


def ran(step: Step, got: Output, reference: Output, truth: Truth) -> Ran:
    """What is recorded of an artifact. Raises ValueError for an output of another shape, for a
    class that the model does not have, and for scores that are not finite."""
    apart = None
    if got.scores is not None and reference.scores is not None:
        if not (np.isfinite(got.scores).all() and np.isfinite(reference.scores).all()):
            raise ValueError("the output has values that are not finite")
        far = distance(got.scores, reference.scores)
        apart = Apart(far.snr_db, far.rmse, far.max_abs)
    seen = TASKS[step.kind].compare(step, got, reference, truth)
    return Ran(got.milliseconds, apart, seen)
