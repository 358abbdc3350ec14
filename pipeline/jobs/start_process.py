"""Starts the process of a job without the user's script, and independent of the calling thread.

multiprocessing passes the path of `__main__`, and the new process runs that file again first. A
script without `if __name__ == "__main__":` would run onpar again in every job, and wait there for
the build folder that the script itself holds. A job does not need `__main__`: its arguments are
JSON, and a recipe is loaded by its own path.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from multiprocessing.forkserver import ensure_running
from multiprocessing.process import BaseProcess

NAMES = ("__spec__", "__file__")
"""Where `multiprocessing.spawn.get_preparation_data` looks for the script: `python -m` sets the
first, `python FILE` the second, a notebook neither."""

_starting = threading.Lock()


def start_process(process: BaseProcess, forkserver: bool) -> None:
    """Start the process; with `forkserver` it is forked from multiprocessing's server."""
    with _starting, _without_main():
        if forkserver and threading.current_thread() is not threading.main_thread():
            # The server ends with its starting thread (parent_death.py): a permanent one.
            _staying_thread().submit(ensure_running).result()
        process.start()


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
