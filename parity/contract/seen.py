"""What an app's user sees, against what he would see with the golden."""

from __future__ import annotations

from dataclasses import dataclass

from onpar.parity.contract.classmap import Agreement


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
