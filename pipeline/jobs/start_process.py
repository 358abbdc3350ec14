"""Starts the process of a job without the user's script, and independent of the calling thread.

A new process must not import files of the current folder, such as a user's `numpy.py`: `python -c`,
which multiprocessing uses, would search there first.

A new process starts with Ctrl-C blocked: Python would print a traceback in the user's terminal
wherever it is, such as in the import of PyTorch. `onpar.pipeline.jobs.child` unblocks it once the
output goes to the job's log.

multiprocessing passes the path of `__main__`, and the new process runs that file again first. A
script without `if __name__ == "__main__":` would run onpar again in every job, and wait there for
the build folder that the script itself holds. A job does not need `__main__`: its arguments are
JSON, and a recipe is loaded by its own path.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from multiprocessing import resource_tracker
from multiprocessing.forkserver import ensure_running
from multiprocessing.process import BaseProcess

NAMES = ("__spec__", "__file__")
"""Where `multiprocessing.spawn.get_preparation_data` looks for the script: `python -m` sets the
first, `python FILE` the second, a notebook neither."""

SAFE_PATH = "PYTHONSAFEPATH"

_starting = threading.Lock()


def start_process(process: BaseProcess, forkserver: bool) -> None:
    """Start the process; with `forkserver` it is forked from multiprocessing's server."""
    with _starting, _without_main():
        if not forkserver:
            with _safe_path(), _ctrl_c_blocked():
                process.start()
            return
        if threading.current_thread() is threading.main_thread():
            _start_server()
        else:
            # The server ends with its starting thread (parent_death.py): a permanent one.
            _staying_thread().submit(_start_server).result()
        # Not blocked here: it waits until the server has imported its modules.
        process.start()


def _start_server() -> None:
    with _safe_path(), _ctrl_c_blocked():
        ensure_running()


@contextmanager
def _ctrl_c_blocked() -> Iterator[None]:
    """Blocks the signal for the calling thread, and the processes that it starts."""
    resource_tracker.ensure_running()  # Later it would unblock the signal.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _safe_path() -> Iterator[None]:
    """Python's option -P for the processes that are started."""
    before = os.environ.get(SAFE_PATH)
    os.environ[SAFE_PATH] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[SAFE_PATH]
        else:
            os.environ[SAFE_PATH] = before


@cache
def _staying_thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, "onpar-forkserver")


@contextmanager
def _without_main() -> Iterator[None]:
    main = vars(sys.modules["__main__"])
    kept = {name: main[name] for name in NAMES if name in main}
    main.update(dict.fromkeys(kept))
    try:
        yield
    finally:
        main.update(kept)
