"""Tools that may be absent on a developer's machine, but never under CI."""

import os
import shutil

import pytest


def needs(tool: str, install: str) -> str:
    """The path of a tool. Where it is absent the test is skipped, and under CI it fails: a check
    that silently stops running is no check."""
    path = shutil.which(tool)
    if path is None:
        reason = f"{tool} is not installed; install it with `{install}`"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    return path
