"""The command line in this process, where its jobs share one that has imported what they need:
PyTorch takes 4 s of a processor, Core ML's tools 7 s more."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from subprocess import CompletedProcess
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from click.testing import CliRunner
from job_calls import check_call

from onpar.pipeline.cli.main import main
from onpar.pipeline.jobs import scheduler
from onpar.pipeline.jobs.preload import SLOW_IMPORTS
from onpar.pipeline.jobs.scheduler import Job, Watch, run_job


def onpar_here(*arguments: str | Path) -> CompletedProcess[str]:
    """As `builds.onpar`, for what a process of its own does not matter to. What nobody foresaw is
    raised, where a user would see a traceback."""
    _import_once()
    words = [*map(str, arguments)]
    # Its words are what `evaluate --tolerances` notes.
    with patch.object(sys, "argv", ["onpar", *words]), patch.object(scheduler, "_start", _checked):
        done = CliRunner().invoke(main, words, prog_name="onpar", catch_exceptions=False)
    return CompletedProcess(words, done.exit_code, done.stdout, done.stderr)


_start = scheduler._start


def _checked(job: Job, logs: Path) -> Any:
    """Start a job whose function takes its arguments."""
    if job.call.startswith("onpar."):
        check_call(job.call, job.arguments)
    return _start(job, logs)


@cache
def _import_once() -> None:
    """A job that does nothing, and names what all jobs import: that of the first call is shared."""
    nothing = Job("imports", "builtins:dict", {}, 1, 1, imports=tuple(SLOW_IMPORTS.values()))
    with TemporaryDirectory() as logs:
        run_job(nothing, Path(logs), Watch(lambda *_: None, lambda _: None))
