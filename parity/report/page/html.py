"""The report for a browser: one self-contained page that loads nothing and runs no script."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from onpar.parity.baseline.comparison import Comparison
from onpar.parity.contract.golden import Golden, read_golden
from onpar.parity.files.atomic import write_text
from onpar.parity.judge.delegation import Delegation, delegation
from onpar.parity.judge.run import Row, Run
from onpar.parity.judge.status import MEANING, Status
from onpar.parity.judge.verdict import Verdict
from onpar.parity.report import changes, figures
from onpar.parity.report.conclusions import LOOKS
from onpar.parity.report.missing import missing
from onpar.parity.report.models import models
from onpar.parity.report.page import scale
from onpar.parity.report.page.evidence import Evidence, gather
from onpar.parity.report.page.template import template
from onpar.parity.report.summary import Summary, summary

GROUPS = (
    ("Not on par", "bad"),
    ("Not judged", "unjudged"),
    ("On par", "good"),
    ("Did not run here", "not-run"),
)
"""The parts of the page, and the kind of row that each shows."""

GOLDENS_KEPT = 4
"""Goldens kept in memory while rows are drawn: the rows of a case are close together."""


@dataclass(frozen=True)
class Section:
    """A row of the run as the page shows it: `kind` is one of GROUPS, `tone` bad, open or good;
    `missing` is what the judge needs for an UNJUDGED row and does not have."""

    anchor: str
    verdict: Verdict
    kind: str
    tone: str
    expanded: bool
    summary: Summary
    missing: str
    evidence: Evidence
    delegation: Delegation | None


def write_html(run: Run, path: Path, comparison: Comparison | None = None) -> None:
    """Write the run, and what changed since a baseline, as one HTML page, whole or not at all.

    Pictures come from the captures and goldens that the verdicts name; if one cannot be read, the
    page says so and shows the numbers. Raises OSError if the page cannot be written.
    """
    write_text(path, _page(run, comparison), follow_links=False)


def _page(run: Run, comparison: Comparison | None) -> str:
    sections = list(_sections(run))
    groups = [(title, [s for s in sections if s.kind == kind]) for title, kind in GROUPS]
    return template("page.html.j2").render(
        run=run,
        look=LOOKS[run.conclusion],
        comparison=comparison,
        changes=changes,
        groups=[group for group in groups if group[1]],
        grid=_grid(run, sections),
        cases=_cases(run),
        models=models(run),
        figures=figures,
        scale=scale,
        MEANING=MEANING,
        Status=Status,
    )


def _sections(run: Run) -> Iterator[Section]:
    @lru_cache(GOLDENS_KEPT)
    def golden(path: str) -> Golden:
        return read_golden(Path(path))

    shown = _shown(run)
    for number, verdict in enumerate(run.verdicts, 1):
        kind = _kind(run, verdict)
        yield Section(
            anchor=f"row-{number}",
            verdict=verdict,
            kind=kind,
            tone=kind if kind in ("bad", "good") else "open",
            expanded=kind == "bad" or verdict is shown,
            summary=summary(verdict),
            missing=missing(verdict),
            evidence=gather(verdict, golden),
            delegation=delegation(verdict.artifact) if verdict.artifact else None,
        )


def _shown(run: Run) -> Verdict | None:
    """The expanded row that is on par: the first with a varied class map, else the first."""
    good = run.passing
    seen = ((v, stage.seen) for v in good for stage in v.stages if stage.seen)
    varied = (v for v, one in seen if one.agreement and one.figure is not None)
    return next(varied, good[0] if good else None)


def _kind(run: Run, verdict: Verdict) -> str:
    if verdict in run.failed:
        return "bad"
    if verdict.status is Status.PASS:
        return "good"
    return "unjudged" if verdict.status is Status.UNJUDGED else "not-run"


def _cases(run: Run) -> list[str]:
    return list(dict.fromkeys([v.case for v in run.verdicts] + [row.case for row in run.absent]))


def _grid(run: Run, sections: list[Section]) -> dict[tuple[str, str], dict[str, list[Any]]]:
    """Sections, and absent rows, by target and variant, then by case."""
    grid: dict[tuple[str, str], dict[str, list[Section | Row]]] = {}
    for s in sections:
        cases = grid.setdefault((s.verdict.place, s.verdict.variant), {})
        cases.setdefault(s.verdict.case, []).append(s)
    for row in run.absent:
        grid.setdefault((row.target, row.variant), {}).setdefault(row.case, []).append(row)
    return grid
