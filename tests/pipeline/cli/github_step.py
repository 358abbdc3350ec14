"""Calls `onpar` as a step of GitHub Actions does, and reads its log as GitHub's runner does."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from here import onpar_here


def step(*arguments: str | Path, summary: Path | None = None) -> CompletedProcess[str]:
    """Run `onpar` as a step of GitHub Actions does."""
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("GITHUB_STEP_SUMMARY", raising=False)
        if summary:
            environment.setenv("GITHUB_STEP_SUMMARY", str(summary))
        return onpar_here(*arguments)


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
