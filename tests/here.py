"""The command line in this process, where its jobs share one that has imported what they need:
PyTorch takes 4 s of a processor, Core ML's tools 7 s more."""

from __future__ import annotations

import multiprocessing
import os
from functools import cache
from multiprocessing.forkserver import ensure_running
from pathlib import Path
from subprocess import CompletedProcess

from click.testing import CliRunner

from pipeline.cli import main
from pipeline.jobs import START
from pipeline.preload import ALWAYS, MODULES, SLOW


def onpar_here(*arguments: str | Path) -> CompletedProcess[str]:
    """As `builds.onpar`, for what a process of its own does not matter to. Its jobs have the
    environment variables of the first call's. What nobody foresaw is raised, where a user would see
    a traceback."""
    _import_once()
    words = [*map(str, arguments)]
    done = CliRunner().invoke(main, words, prog_name="onpar", catch_exceptions=False)
    return CompletedProcess(words, done.exit_code, done.stdout, done.stderr)


@cache
def _import_once() -> None:
    """Start the process that jobs are forked from, before a call does, with what it needs alone."""
    if START == "forkserver":
        os.environ[MODULES] = " ".join((*ALWAYS, *SLOW.values()))
        multiprocessing.get_context(START).set_forkserver_preload(["pipeline.preloaded"])
        ensure_running()
