"""No process outlives the one that started it, however that ends: Linux kills it at once, by
PR_SET_PDEATHSIG (prctl(2)), also where the command is ended by `kill -9`.

Jobs also wait for the command's end by themselves (`onpar.pipeline.jobs.child`), which is all that
there is on other systems.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable

COMMAND = "ONPAR_COMMAND"
"""The environment variable with the number of the process that runs jobs, for the one that they are
forked from."""

PR_SET_PDEATHSIG = 1

LINUX = sys.platform == "linux"

_prctl = ctypes.CDLL(None, use_errno=True).prctl if LINUX else None


def _set() -> None:
    if _prctl:
        _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


ending: Callable[[], None] | None = _set if LINUX else None
"""`preexec_fn` of a program that is started: it ends with the thread that starts it."""


def end_with_forker() -> None:
    """For a job: end with the process that it was forked from."""
    _set()


def end_with_command() -> None:
    """For the process that jobs are forked from: end with the command, also in the middle of its
    imports, which take seconds."""
    command = os.environ.get(COMMAND)
    if command:
        _set()
        if os.getppid() != int(command):  # it has ended already
            os._exit(1)
