"""Every status that a row of a report can have, in order of precedence."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Status(StrEnum):
    """The first of these that applies is the row's status; a later one never hides an earlier."""

    UNREADABLE = "UNREADABLE"
    UNLOADABLE = "UNLOADABLE"
    WRONG_TARGET = "WRONG_TARGET"
    WRONG_RECIPE = "WRONG_RECIPE"
    WRONG_CASE = "WRONG_CASE"
    WRONG_WEIGHTS = "WRONG_WEIGHTS"
    WRONG_ENGINE = "WRONG_ENGINE"
    STALE_ARTIFACT = "STALE_ARTIFACT"
    STALE_GOLDEN = "STALE_GOLDEN"
    MISSING = "MISSING"
    EXTRA = "EXTRA"
    SHAPE = "SHAPE"
    DTYPE = "DTYPE"
    NONFINITE = "NONFINITE"
    VALUE = "VALUE"
    NONDETERMINISTIC = "NONDETERMINISTIC"
    INSENSITIVE = "INSENSITIVE"
    ILL_CONDITIONED = "ILL_CONDITIONED"
    UNJUDGED = "UNJUDGED"
    NOT_RUN = "NOT_RUN"
    PASS = "PASS"


PRECEDENCE = {status: rank for rank, status in enumerate(Status)}

MEANING = {
    Status.UNREADABLE: "the capture or its golden is not a complete file of a supported version, "
    "or onpar itself failed on it (a bug to report)",
    Status.UNLOADABLE: "the runtime that the app pins does not load the artifact",
    Status.WRONG_TARGET: "the target that the capture names cannot have made it",
    Status.WRONG_RECIPE: "the capture is of another recipe than its artifact",
    Status.WRONG_CASE: "the capture is of another photo than its case names",
    Status.WRONG_WEIGHTS: "the capture is of other weights than its artifact",
    Status.WRONG_ENGINE: "a quantized artifact ran under another engine than it was made for",
    Status.STALE_ARTIFACT: "the target loaded other bytes than the exported ones",
    Status.STALE_GOLDEN: "the golden was made for another recipe, other weights or another photo",
    Status.MISSING: "a stage or an output is missing",
    Status.EXTRA: "the capture has a tensor that the artifact does not have",
    Status.SHAPE: "a tensor has another shape",
    Status.DTYPE: "a tensor has another dtype",
    Status.NONFINITE: "a tensor holds NaN or infinity where the reference does not",
    Status.VALUE: "a tensor differs by more than its tolerance, or a lower precision costs more "
    "than is allowed",
    Status.NONDETERMINISTIC: "runs on one input differ by more than the tolerance",
    Status.INSENSITIVE: "the golden hardly depends on the photo, so agreement proves nothing",
    Status.ILL_CONDITIONED: "float32 itself is too inexact to judge this model",
    Status.UNJUDGED: "something that the judge needs is missing, such as a tolerance",
    Status.NOT_RUN: "the target did not run here",
    Status.PASS: "on par",
}


def worst(statuses: Iterable[Status]) -> Status:
    """The status with the highest precedence; UNJUDGED without any: an empty row never passes."""
    return min(statuses, key=PRECEDENCE.__getitem__, default=Status.UNJUDGED)
