"""Why rows are not on par, so that a reason that holds for several cases is read once."""

from __future__ import annotations

from collections.abc import Iterable

from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import Verdict

OF_THE_GOLDEN = (Status.INSENSITIVE, Status.ILL_CONDITIONED)
"""What a golden is whatever is compared with it."""


def reasons(verdicts: Iterable[Verdict]) -> dict[tuple[str, str], list[str]]:
    """The cases of every reason: of a heading (status, stage to blame, target and variant) and the
    sentence that explains it. What is wrong with a golden is one reason for all that it judges."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for v in verdicts:
        stage = f" at {v.blame.stage}" if v.blame else ""
        whose = "every row" if v.status in OF_THE_GOLDEN else f"{v.place} {v.variant}"
        heading = f"{v.status}{stage}: {whose}"
        found.setdefault((heading, v.sentence), {})[v.case] = None
    return {reason: list(cases) for reason, cases in found.items()}


def briefly(verdicts: Iterable[Verdict]) -> list[str]:
    """A line for each heading. Where its cases have other sentences, that of the first stands for
    all: they differ in figures, which the table has."""
    found: dict[str, list[tuple[str, str]]] = {}
    for (heading, sentence), on in reasons(verdicts).items():
        found.setdefault(heading, []).append((", ".join(on), sentence))
    lines = []
    for heading, [(cases, sentence), *others] in found.items():
        likewise = f"; likewise on {', '.join(on for on, _ in others)}" if others else ""
        lines.append(f"{heading} on {cases}: {sentence}{likewise}")
    return lines
