"""Tools that may be absent on a developer's machine, but never under CI, and how they start."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest


def needs(tool: str, install: str) -> str:
    """The path of a tool. Where it is absent the test is skipped, and under CI it fails: a check
    that silently stops running is no check."""
    path = shutil.which(tool)
    if path is None:
        reason = f"{tool} is not installed; install it with `{install}`"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    return path


def with_own_peak(command: Sequence[str | Path]) -> list[str]:
    """The command, started so that its ru_maxrss is its own. Linux keeps through exec the peak of
    the process that starts another: here a shell's of 1 MB, and not that of these tests."""
    return ["sh", "-c", '"$@"; exit $?', "sh", *map(str, command)]
