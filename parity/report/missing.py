"""What the judge needs for an UNJUDGED row and does not have."""

from __future__ import annotations

from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import SEEN, Verdict

NEEDED = {
    "file": "something that decides whether the app loads it",
    "identity": "a fact about what computed it",
    "artifact": "the exported file",
    "golden": "the golden",
    SEEN: "an error that could explain the differences",
}
"""By stage. Any other stage that is UNJUDGED has no tolerance, or no reference."""


def missing(verdict: Verdict) -> str:
    """What is missing, such as `the golden`; empty unless the row is UNJUDGED."""
    blame, artifact = verdict.blame, verdict.artifact
    if blame is None or verdict.status is not Status.UNJUDGED:
        return ""
    if blame.stage in NEEDED and blame.stage != SEEN:
        return NEEDED[blame.stage]
    if artifact is not None and artifact.is_lower:
        return f"what its {artifact.precision} program computes"
    return NEEDED.get(blame.stage, "a reference for this input")
