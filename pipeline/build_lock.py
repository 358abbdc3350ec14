"""One command at a time writes into a build folder: a second one waits, and then finds it all done.

The lock is an flock(2) on `.lock` in the folder. It ends with the process that holds it, however
that ends, so nothing ever has to be cleared by hand. A command takes it once, around everything
that it does. Commands that only read take none: every file there is whole at any moment.
"""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import click

from parity.atomic import TEMPORARY, sweep
from pipeline.disk_use import KINDS
from pipeline.errors import OnparError

LOCK = ".lock"
"""The locked file's name; it holds its holder's process number and machine, for people to read."""

READERS = "references"
"""The folder that `check` adds to, which needs no lock: a file there is named for what made it."""

DYING = 5.0
"""Seconds that a job may take to end after its command was killed; measured: up to 0.4."""


@contextmanager
def build_lock(root: Path) -> Iterator[None]:
    """Hold the folder `root`, made where it is absent; while another process does, say so on
    stderr and wait. Then remove what processes that were killed have left half-written in it.

    Raises OnparError for a folder that cannot be written, or whose file system has no locks.
    """
    absent = [folder for folder in (root, *root.parents) if not folder.exists()]
    handle = _taken(root)
    try:
        _clear_up(root)
        yield
    finally:
        # Removed while it is held: who waits for it sees that it is gone, and makes a new one.
        if _is(root / LOCK, handle):
            (root / LOCK).unlink()
        with suppress(OSError):
            for folder in absent:  # that nothing was written to, as the command was refused
                folder.rmdir()
        os.close(handle)


def _clear_up(root: Path) -> None:
    until = time.monotonic() + DYING
    while not _swept(root) and time.monotonic() < until:
        time.sleep(0.05)


def _swept(root: Path) -> bool:
    """Remove half-written files; False where one is still being written, by a job whose command
    was killed a moment ago."""
    folders = [root, *(Path(below) for kind in KINDS for below, _, _ in os.walk(root / kind))]
    for folder in folders:
        sweep(folder)
    mine = [folder for folder in folders if folder.name != READERS]
    return not any(path for folder in mine for path in folder.glob(TEMPORARY + "*"))


def _taken(root: Path) -> int:
    """A descriptor of the lock's file that is locked, and is still what `root` has as `.lock`."""
    while True:
        handle = _opened(root)
        if handle is None:
            continue
        try:
            _lock(root, handle)
        except BaseException:
            os.close(handle)
            raise
        if _is(root / LOCK, handle):
            break
        os.close(handle)
    with suppress(OSError):  # a full disk: it is only for people to read
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"pid {os.getpid()} on {os.uname().nodename}\n".encode(), 0)
    return handle


def _opened(root: Path) -> int | None:
    """None where the folder vanished again: a command that made it was refused."""
    try:
        root.mkdir(parents=True, exist_ok=True)
        return os.open(root / LOCK, os.O_RDWR | os.O_CREAT, 0o666)
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise
        raise OnparError(
            f"{root}: cannot be written ({error.strerror}); name a folder of your own with "
            "--build DIR"
        ) from error


def _lock(root: Path, handle: int) -> None:
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(handle, 200, 0).decode(errors="replace").strip()
            who = f" ({holder})" if holder else ""
            click.echo(f"onpar: waiting for another onpar in {root}/{who} …", err=True)
            fcntl.flock(handle, fcntl.LOCK_EX)
    except OSError as error:
        raise OnparError(
            f"{root}: its file system cannot lock files ({error.strerror}), so two onpar could "
            "write there at once; name a folder on another disk with --build DIR"
        ) from error


def _is(path: Path, handle: int) -> bool:
    """Whether `path` is the very file that `handle` has open."""
    try:
        return os.path.samestat(path.stat(), os.fstat(handle))
    except FileNotFoundError:
        return False
