"""How a run's conclusion looks: the same tone, mark and title in every report."""

from __future__ import annotations

from dataclasses import dataclass

from onpar.parity.judge.conclusion import Conclusion


@dataclass(frozen=True)
class Look:
    """`tone` is bad, open or good, as of a row; `colour` is the terminal's."""

    tone: str
    colour: str
    mark: str
    title: str


LOOKS = {
    Conclusion.INVALID: Look("bad", "red", "✕", "Input not judged"),
    Conclusion.FAILED: Look("bad", "red", "✕", "Not on par"),
    Conclusion.OPEN: Look("open", "yellow", "?", "Not all judged"),
    Conclusion.ON_PAR: Look("good", "green", "✓", "On par"),
}
