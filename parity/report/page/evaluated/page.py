"""An evaluation for a browser: the figures, and the worst images side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from onpar.parity.evaluation.cost import costs
from onpar.parity.evaluation.evaluation import Evaluation
from onpar.parity.files.atomic import write_text
from onpar.parity.report.models import worth
from onpar.parity.report.page.evaluated import shown_as
from onpar.parity.report.page.evaluated.pictured import Pictured
from onpar.parity.report.page.template import template


def write_evaluation_html(
    done: Evaluation, worst: Mapping[str, Sequence[Pictured]], path: Path
) -> None:
    """Write one self-contained page, whole or not at all; `worst` has what each artifact's worst
    images show, by its SHA-256. Raises OSError where it cannot be written."""
    shown = shown_as(done)
    page = template("evaluation.html.j2").render(
        e=done,
        worst=worst,
        shown=shown,
        headline=shown.headline(done),
        worth=worth(done.weights),
        tables=shown.tables(done),
        costs=costs(done),
        least=min(one.seen.agreement for one in done.artifacts),
    )
    write_text(path, page, follow_links=False)
