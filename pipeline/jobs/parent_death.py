"""Processes end with the process that started them. Linux kills them at once, by PR_SET_PDEATHSIG
(prctl(2)), even after a `kill -9` of the command.

Jobs also wait for the command's end themselves (`onpar.pipeline.jobs.child`); other systems have
only that.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable

COMMAND = "ONPAR_COMMAND"
"""The environment variable with the process number of the command, for the process that jobs are
forked from."""

PR_SET_PDEATHSIG = 1

LINUX = sys.platform == "linux"

_prctl = ctypes.CDLL(None, use_errno=True).prctl if LINUX else None


def _set() -> None:
    if _prctl:
        _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


ending: Callable[[], None] | None = _set if LINUX else None
"""`preexec_fn` of a subprocess: it ends with the thread that starts it."""


def end_with_forker() -> None:
    """For a job: end with the process that it is forked from."""
    _set()


def end_with_command() -> None:
    """For the process that jobs are forked from: end with the command, even during the imports,
    which take seconds."""
    command = os.environ.get(COMMAND)
    if command:
        _set()
        if os.getppid() != int(command):  # it has ended already
            os._exit(1)
