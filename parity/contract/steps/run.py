"""`run`: the network, which the exported file performs."""

from __future__ import annotations

from typing import ClassVar

from onpar.parity.causes import Mistakes
from onpar.parity.causes.outputs import OUTPUT
from onpar.parity.contract.steps.step import Step

RUN = "run"
"""Its kind."""


class Run(Step, frozen=True, tag=RUN):
    """The network; the model's spec says what its inputs and outputs are."""

    mistakes: ClassVar[Mistakes | None] = OUTPUT
