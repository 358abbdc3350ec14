"""Tools that may be absent on a developer's machine, but never under CI, and how they start."""

import os
import resource
import shutil
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from subprocess import CompletedProcess
from types import ModuleType

import pytest


def needs(tool: str, install: str) -> str:
    """The path of a tool. Where it is absent the test is skipped, and under CI it fails: a check
    that silently stops running is no check."""
    path = shutil.which(tool)
    if path is None:
        reason = f"{tool} is not installed; install it with `{install}`"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    return path


def needs_package(module: str, install: str) -> ModuleType:
    """A package's module; where it is absent the test is skipped or fails, as in `needs`."""
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        reason = f"{error.name} is not installed; install it with `{install}`"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)


def with_own_peak(command: Sequence[str | Path]) -> list[str]:
    """The command, started so that its ru_maxrss is its own. Linux keeps through exec the peak of
    the process that starts another: here a shell's of 1 MB, and not that of these tests."""
    return ["sh", "-c", '"$@"; exit $?', "sh", *map(str, command)]


def processor_seconds(run: Callable[[], CompletedProcess[str]]) -> float:
    """What the process that `run` starts takes of a processor, and it must end well: other than the
    time by a clock, it says nothing of what else the machine does."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = run()
    assert done.returncode == 0, done.stdout + done.stderr
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
