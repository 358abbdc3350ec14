"""What an app's user sees, against what he would see with the golden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onpar.parity.contract.classmap import Agreement
from onpar.parity.contract.groups import split
from onpar.parity.contract.tolerance import Allowed

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


def values_seen(
    got: Sequence[Tensor], golden: Sequence[Tensor], allowed: Sequence[Allowed | None]
) -> Seen:
    """Of all values of all tensors, the share that is within the allowed error of each tensor;
    where none is known, the share that is equal."""
    beyond = sum(
        int(np.count_nonzero(one != ref)) if of is None else _beyond(one, ref, of)
        for one, ref, of in zip(got, golden, allowed, strict=True)
    )
    count = sum(one.size for one in got)
    within = ("are the golden's within the allowed error", "are beyond the allowed error")
    sentence = Seen.said(beyond, count, "values", *within)
    return Seen(1 - beyond / count, sentence, beyond, beyond)


def _beyond(got: Tensor, ref: Tensor, allowed: Allowed) -> int:
    return sum(
        int(np.count_nonzero(np.abs(one.astype(np.float64) - right) > of.max_abs))
        for one, right, of in zip(
            split(got, allowed.axis), split(ref, allowed.axis), allowed.each, strict=True
        )
    )
