"""A lock on a file that one process at a time holds, with the name of who holds it in the file.

It is `filelock`'s, which is flock(2): it ends with the process that holds it, however that ends.
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
"""Seconds that a process may take from having the lock to having written who it is."""


def file_lock(path: Path, on_acquired: Callable[[int], None] = lambda handle: None) -> BaseFileLock:
    """The lock on the file `path`, not yet acquired.

    `on_acquired` takes the file's descriptor. There is no fallback to a file whose mere existence
    locks: after a `kill -9` it would stay.
    """

    def sign(handle: int) -> None:
        with suppress(OSError):  # a full disk: it is only for people to read
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"pid {os.getpid()} on {os.uname().nodename}\n".encode(), 0)
        on_acquired(handle)

    return FileLock(path, fallback_to_soft=False, on_acquired=sign)


def acquire(lock: BaseFileLock, what: str) -> None:
    """Acquire the lock; while another process holds it, say so on stderr, as `waiting for {what}`,
    and wait.

    Raises OSError, as FileNotFoundError where the file's folder is removed meanwhile.
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
