"""Why rows are not on par; a reason of several cases is shown once."""

from __future__ import annotations

from collections.abc import Iterable

from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import Verdict

OF_THE_GOLDEN = (Status.INSENSITIVE, Status.ILL_CONDITIONED)
"""Statuses of the golden itself, for any capture."""


def reasons(verdicts: Iterable[Verdict]) -> dict[tuple[str, str], list[str]]:
    """The cases of every reason. A reason is a heading (status, wrong stage, target and variant)
    and the sentence that explains it. A fault of a golden is one reason for all of its rows."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for v in verdicts:
        stage = f" at {v.blame.stage}" if v.blame else ""
        whose = "every row" if v.status in OF_THE_GOLDEN else f"{v.place} {v.variant}"
        heading = f"{v.status}{stage}: {whose}"
        found.setdefault((heading, v.sentence), {})[v.case] = None
    return {reason: list(cases) for reason, cases in found.items()}


def briefly(verdicts: Iterable[Verdict]) -> list[str]:
    """A line for each heading. If its cases have different sentences, the first one is shown: they
    differ only in figures, which the table has."""
    found: dict[str, list[tuple[str, str]]] = {}
    for (heading, sentence), on in reasons(verdicts).items():
        found.setdefault(heading, []).append((", ".join(on), sentence))
    lines = []
    for heading, [(cases, sentence), *others] in found.items():
        if others:
            sentence = f"{sentence.rstrip('.')}; likewise on {', '.join(on for on, _ in others)}"
        lines.append(f"{heading} on {cases}: {sentence}")
    return lines
