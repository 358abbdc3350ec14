"""What an app's user sees, against what he would see with the golden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onpar.parity.contract.classmap import Agreement
from onpar.parity.contract.span import Span

Tensor = NDArray[Any]


@dataclass(frozen=True)
class Seen:
    """The comparison of what the last step made.

    figure      share that is as with the golden, 0–1; None if it has no meaning
    sentence    the same for people
    differing   what differs, such as pixels
    unexplained those of them that the allowed error of what the step was given cannot have caused
    agreement   of class maps all their figures
    """

    figure: float | None
    sentence: str
    differing: int
    unexplained: int
    agreement: Agreement | None = None

    @staticmethod
    def said(
        differing: int,
        count: int,
        what: str,
        alike: str = "are as in the golden",
        unlike: str = "differ from the golden",
    ) -> str:
        """How many of `count` are `alike`; if most are not, how many are `unlike`."""
        if 2 * differing > count:
            return f"{differing:,} of {count:,} {what} {unlike}"
        return f"{f'all but {differing:,} of' if differing else 'all'} {count:,} {what} {alike}"


def values_seen(got: Sequence[Tensor], spans: Sequence[Span]) -> Seen:
    """Of all values of all tensors, the share that is within the allowed error."""
    beyond = sum(
        int(np.count_nonzero((one < of.low) | (one > of.high)))
        for one, of in zip(got, spans, strict=True)
    )
    count = sum(one.size for one in got)
    within = ("are the golden's within the allowed error", "are beyond the allowed error")
    sentence = Seen.said(beyond, count, "values", *within)
    return Seen(1 - beyond / count, sentence, beyond, beyond)
