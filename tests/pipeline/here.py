"""The command line in this process, where its jobs share one that has PyTorch imported (5 s)."""

from __future__ import annotations

from pathlib import Path
from subprocess import CompletedProcess

from click.testing import CliRunner

from pipeline.cli import main


def onpar_here(*arguments: str | Path) -> CompletedProcess[str]:
    """As `builds.onpar`. What nobody foresaw is raised, where a user would see a traceback."""
    words = [*map(str, arguments)]
    done = CliRunner().invoke(main, words, prog_name="onpar", catch_exceptions=False)
    return CompletedProcess(words, done.exit_code, done.stdout, done.stderr)
