"""A lock on a file for one process at a time, with the holder's process number in the file.

It is `filelock`'s, which is flock(2): it ends with the process that holds it, even if that is
killed.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import click
from filelock import BaseFileLock, FileLock, Timeout

SIGNING = 0.5
"""Seconds that a process may take from acquiring the lock to writing its number."""


def file_lock(path: Path, on_acquired: Callable[[int], None] = lambda handle: None) -> BaseFileLock:
    """The lock on the file `path`, not yet acquired.

    `on_acquired` gets the file's descriptor. A file whose existence is the lock is not a fallback:
    it would stay after a `kill -9`.
    """

    def sign(handle: int) -> None:
        with suppress(OSError):  # a full disk: the text is only for people
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"pid {os.getpid()} on {os.uname().nodename}\n".encode(), 0)
        on_acquired(handle)

    return FileLock(path, fallback_to_soft=False, on_acquired=sign)


def acquire(lock: BaseFileLock, what: str) -> None:
    """Acquire the lock. While another process holds it, print `waiting for {what}` on stderr and
    wait.

    Raises OSError; FileNotFoundError if the file's folder is removed meanwhile.
    """
    try:
        lock.acquire(blocking=False)
    except Timeout:
        until = time.monotonic() + SIGNING
        while not (holder := _holder(lock)) and time.monotonic() < until:
            with suppress(Timeout):
                lock.acquire(timeout=0.01)
                return
        who = f" ({holder})" if holder else ""
        click.echo(f"onpar: waiting for {what}{who} …", err=True)
        lock.acquire()


def _holder(lock: BaseFileLock) -> str:
    return Path(lock.lock_file).read_bytes()[:200].decode(errors="replace").strip()
