"""What `--github` does: annotations in the step's log, and the step's part of the job summary.

It is asked for and never switches itself on: a command that prints something else on a CI server
than at home is hard to follow, and the annotations that GitHub shows of a step are few.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from onpar.parity.baseline.comparison import Comparison
    from onpar.parity.judge.run import Run

SUMMARY = "GITHUB_STEP_SUMMARY"
"""The variable that names the file with the step's summary."""


@contextmanager
def obeying_nothing(wanted: bool) -> Iterator[None]:
    """GitHub obeys no workflow command that is printed within: names out of captures stand at the
    beginning of lines there, and one of them may be such a command."""
    token = secrets.token_hex(16)
    if wanted:
        click.echo(f"::stop-commands::{token}")
    try:
        yield
    finally:
        if wanted:
            click.echo(f"::{token}::")


def annotate_run(run: Run, as_json: bool, errors: Sequence[str] = ()) -> None:
    """Annotate what fails, exports and captures (`errors`) included, and append the run to the job
    summary. Where stdout is for JSON the annotations go to stderr, which GitHub reads as well."""
    from onpar.parity.report.github import run_annotations
    from onpar.parity.report.markdown import job_summary

    _echo(run_annotations(run, errors), as_json)
    _append(job_summary(run, _room()))


def annotate_comparison(comparison: Comparison, as_json: bool) -> None:
    """The same for what changed since a baseline."""
    from onpar.parity.report.github import change_annotations
    from onpar.parity.report.markdown import change_summary

    _echo(change_annotations(comparison), as_json)
    _append(change_summary(comparison, _room()))


def _echo(lines: Iterable[str], as_json: bool) -> None:
    for line in lines:
        click.echo(line, err=as_json)


def _room() -> int:
    """Bytes that the step may still write."""
    from onpar.parity.report.markdown import ROOM

    path = Path(os.environ.get(SUMMARY, ""))
    return ROOM - (path.stat().st_size if path.is_file() else 0)


def _append(text: str) -> None:
    """Append to the step's summary. Where that fails the verdict stands, and stderr says why."""
    name = os.environ.get(SUMMARY)
    why = f"{SUMMARY} is not set, as it is in a step of GitHub Actions"
    try:
        if name:
            with Path(name).open("a", encoding="utf-8") as file:
                file.write(text)
            return
    except OSError as error:
        why = f"{name}: {error.strerror}"
    click.echo(f"onpar: no job summary was written: {why}", err=True)
