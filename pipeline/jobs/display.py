"""What a command shows on stderr, progress and notes: stdout is for results."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from onpar.pipeline.jobs.scheduler import Watch

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


@contextmanager
def display() -> Iterator[Watch]:
    """Give a `Watch` that shows every running job; if stderr is not a terminal, one line per job.

    rich is imported when the first job starts, so that a command with nothing to do stays fast.
    """
    shown: dict[str, TaskID] = {}
    bars: list[Progress] = []

    def watch(name: str, done: int, of: int) -> None:
        if not sys.stderr.isatty():
            if not of:
                print(f"onpar: {name} …", file=sys.stderr, flush=True)
            return
        if not bars:
            bars.append(_progress())
        if name not in shown:
            shown[name] = bars[0].add_task(name, total=None)
        if of:
            bars[0].update(shown[name], completed=done, total=of)

    def end(name: str) -> None:
        if name in shown:
            bars[0].update(shown[name], total=1, completed=1)

    try:
        yield Watch(watch, end)
    finally:
        for bar in bars:
            bar.stop()


def note(text: str) -> None:
    """Print a decision that onpar made for the user, highlighted, on stderr."""
    if text:
        click.secho(f"onpar: {text}", err=True, fg="yellow", bold=True)


def _progress() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
    )
    bar.start()
    return bar
