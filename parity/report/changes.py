"""A comparison as text, the same in the terminal, on the page and for GitHub."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from onpar.parity.baseline.comparison import Change, Comparison, Kind, Side
from onpar.parity.baseline.drift import Move
from onpar.parity.report.figures import ABSENT, decibel, milliseconds, share
from onpar.parity.report.printable import printable


@dataclass(frozen=True)
class Line:
    """Cases of an artifact on a target that changed in the same way. `tone` is bad if rows are lost
    or begin to fail, good if they are better, else open."""

    kind: Kind
    tone: str
    lost: bool
    rows: str
    text: str


@dataclass(frozen=True)
class Latency:
    """An artifact on a target: the median over the cases that both runs have, as text."""

    artifact: str
    before: str
    now: str


def lines(comparison: Comparison) -> list[Line]:
    """All that changed, worse first, as printable text."""
    found: dict[tuple[Kind, str, bool, str, str], list[str]] = {}
    for change in comparison.changes:
        if change.kind is not Kind.SAME:
            artifact = f"{change.row.target} {change.row.variant}"
            key = (change.kind, _tone(change), change.lost, artifact, _text(change))
            found.setdefault(key, []).append(change.row.case)
    return [
        Line(kind, tone, lost, printable(f"{artifact} on {', '.join(cases)}"), printable(text))
        for (kind, tone, lost, artifact, text), cases in found.items()
    ]


def latencies(comparison: Comparison) -> list[Latency]:
    """The latency of every artifact that both runs measured."""
    found: dict[str, list[tuple[float, float]]] = {}
    for change in comparison.changes:
        sides = (change.before, change.now)
        before, now = (side.figures.latency_ms if side else None for side in sides)
        if before is not None and now is not None:
            artifact = f"{change.row.target} {change.row.variant}"
            found.setdefault(printable(artifact), []).append((before, now))
    return [
        Latency(artifact, *(milliseconds(median(side)) for side in zip(*pairs, strict=True)))
        for artifact, pairs in sorted(found.items())
    ]


def conditions(comparison: Comparison) -> list[str]:
    """The other differences between the runs, one per line."""
    return [printable(f"{c.name}: {c.before} → {c.now}") for c in comparison.conditions]


def _tone(change: Change) -> str:
    if change.lost or (change.kind is Kind.WORSE and not change.moves):
        return "bad"
    return "good" if change.kind is Kind.BETTER else "open"


def _text(change: Change) -> str:
    before, now = change.before, change.now
    if change.moves:
        return f"{_status(now)}; " + ", ".join(map(_move, change.moves))
    if now is None:
        return f"was {_status(before)}, and is not in this run"
    if before is None:
        return _status(now)
    sentence = f": {now.sentence}" if now.stage else ""
    return f"{_status(before)} → {_status(now)}{sentence}"


def _status(side: Side | None) -> str:
    if side is None:
        return ABSENT
    return f"{side.status} at {side.stage}" if side.stage else side.status


FIGURES: dict[str, tuple[str, Callable[[float], str], str]] = {
    "used": ("error", lambda value: f"{value:.3g}", " of what is allowed"),
    "snr_db": ("SNR", lambda value: decibel(None if math.isinf(value) else value), ""),
    "seen": ("seen", share, ""),
}
"""The text of the figures of a move: name, number, and of what it is a share."""


def _move(move: Move) -> str:
    name, written, unit = FIGURES[move.figure]
    return f"{name} {written(move.before)} → {written(move.now)}{unit}"
