"""Calls `onpar` as a step of GitHub Actions does, and reads its log as GitHub's runner does."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path


def step(*arguments: str | Path, summary: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run `onpar` as a step of GitHub Actions does."""
    environment = {k: v for k, v in os.environ.items() if k != "GITHUB_STEP_SUMMARY"}
    if summary:
        environment["GITHUB_STEP_SUMMARY"] = str(summary)
    return subprocess.run(
        [sys.executable, "-m", "pipeline", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=300,
        env=environment,
    )


def obeyed(lines: Iterable[str]) -> list[str]:
    """The annotations that GitHub's runner makes of a log."""
    found, token = [], ""
    for line in lines:
        if token:
            token = "" if line == f"::{token}::" else token
        elif line.startswith("::stop-commands::"):
            token = line.removeprefix("::stop-commands::")
        elif line.lstrip().startswith("::"):
            found.append(line)
    assert not token
    return found
