"""The option `--github`: annotations in the step's log, and the step's part of the job summary.

It is never on by default: a command that prints something else on a CI server than at home is hard
to understand, and GitHub shows few annotations per step.
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
    """GitHub ignores workflow commands that are printed within this context: names from captures
    may be at the beginning of lines there, and such a name may be a command."""
    token = secrets.token_hex(16)
    if wanted:
        click.echo(f"::stop-commands::{token}")
    try:
        yield
    finally:
        if wanted:
            click.echo(f"::{token}::")


def annotate_run(run: Run, as_json: bool, errors: Sequence[str] = ()) -> None:
    """Annotate failures, including exports and captures (`errors`), and append the run to the job
    summary. If stdout is for JSON, the annotations go to stderr, which GitHub reads as well."""
    from onpar.parity.report.github import run_annotations
    from onpar.parity.report.markdown import job_summary

    _echo(run_annotations(run, errors), as_json)
    _append(job_summary(run, _room()))


def annotate_comparison(comparison: Comparison, as_json: bool) -> None:
    """The same for the changes since a baseline."""
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
    """Append to the step's summary. If that fails, the verdict stays, and stderr says why."""
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
