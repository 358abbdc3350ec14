"""The conclusion of a run."""

from __future__ import annotations

from enum import StrEnum


class Conclusion(StrEnum):
    """The first one that applies.

    INVALID  an input could not be judged at all: usage or input
    FAILED   a row failed, a required or expected one is missing, or nothing was compared
    OPEN     nothing failed, and something chosen was not judged
    ON_PAR   everything chosen that can run here was judged, and is on par
    """

    INVALID = "invalid"
    FAILED = "failed"
    OPEN = "open"
    ON_PAR = "on par"
