"""`run`: the network, which the exported file performs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from onpar.parity.causes import Mistakes
from onpar.parity.causes.outputs import OUTPUT
from onpar.parity.contract.groups import split
from onpar.parity.contract.seen import Seen
from onpar.parity.contract.steps.step import Step, Tensor
from onpar.parity.contract.tolerance import Allowed

RUN = "run"
"""Its kind."""


class Run(Step, frozen=True, tag=RUN):
    """The network; the model's spec says what its inputs and outputs are."""

    mistakes: ClassVar[Mistakes | None] = OUTPUT

    def seen(
        self,
        got: Sequence[Tensor],
        golden: Sequence[Tensor],
        given: Sequence[Tensor],
        allowed: Sequence[Allowed | None],
    ) -> Seen:
        """Of all values of all outputs, the share that is within the allowed error; `allowed` is
        that of the outputs themselves."""
        beyond = sum(
            int(np.count_nonzero(one != ref)) if of is None else _beyond(one, ref, of)
            for one, ref, of in zip(got, golden, allowed, strict=True)
        )
        count = sum(one.size for one in got)
        but = f"all but {beyond:,} of" if beyond else "all"
        sentence = f"{but} {count:,} values are the golden's within the allowed error"
        return Seen(1 - beyond / count, sentence, beyond, beyond)


def _beyond(got: Tensor, ref: Tensor, allowed: Allowed) -> int:
    return sum(
        int(np.count_nonzero(np.abs(one.astype(np.float64) - right) > of.max_abs))
        for one, right, of in zip(
            split(got, allowed.axis), split(ref, allowed.axis), allowed.each, strict=True
        )
    )
