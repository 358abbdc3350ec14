"""One command at a time writes into a build folder: a second one waits, and then finds the work
done.

The lock is `filelock`'s, on `.lock` in the folder. It ends with its process, even if that is
killed, so no lock is ever removed by hand. A command takes it once, around all its work. Commands
that only read do not take it: every file there is complete at any moment.
"""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import BaseFileLock

from onpar.parity.files.atomic import TEMPORARY, sweep
from onpar.pipeline.build_folder.disk_use import KINDS
from onpar.pipeline.build_folder.file_lock import acquire, file_lock
from onpar.pipeline.errors import OnparError

LOCK = ".lock"
"""The locked file's name; it contains the holder's process number and machine, for people."""

READERS = "references"
"""The folder that `check` adds to, without a lock: a file there is named by its key."""

EXIT_GRACE_SECONDS = 5.0
"""Seconds that a job may run after its command was killed; measured: up to 0.4."""

ATTEMPTS = 1000
"""How often the folder is made again if it disappears before it is locked: a command that fails
early removes the folder that it made. If it cannot be made at all, as in a deleted working
directory, all attempts take 0.1 s."""


NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP)


@contextmanager
def build_lock(root: Path) -> Iterator[None]:
    """Hold the folder `root`, created if it is missing. If another process holds it, say so on
    stderr and wait. Then remove the half-written files of killed processes.

    Raises OnparError if the folder cannot be created or written, or its file system has no locks.
    """
    try:
        absent = [folder for folder in (root, *root.parents) if not folder.exists()]
    except OSError as error:
        raise _unusable(root, error) from error
    lock, handle = _taken(root)
    try:
        _clear_up(root)
        yield
    finally:
        # Removed while it is held: a waiting process sees that it is gone, and makes a new one.
        if _is(root / LOCK, handle):
            (root / LOCK).unlink()
        with suppress(OSError):
            for folder in absent:  # nothing was written to it, as the command failed early
                folder.rmdir()
        lock.release()


def _clear_up(root: Path) -> None:
    until = time.monotonic() + EXIT_GRACE_SECONDS
    while not _swept(root) and time.monotonic() < until:
        time.sleep(0.05)


def _swept(root: Path) -> bool:
    """Remove half-written files; False if one is still being written, by a job whose command was
    just killed."""
    folders = [root, *(Path(below) for kind in KINDS for below, _, _ in os.walk(root / kind))]
    for folder in folders:
        sweep(folder)
    mine = [folder for folder in folders if folder.name != READERS]
    return not any(path for folder in mine for path in folder.glob(TEMPORARY + "*"))


def _taken(root: Path) -> tuple[BaseFileLock, int]:
    """The acquired lock, and the descriptor of its file, which is the current `root/.lock`."""
    why: OSError = FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
    for _ in range(ATTEMPTS):
        handles: list[int] = []
        lock = file_lock(root / LOCK, handles.append)
        try:
            root.mkdir(parents=True, exist_ok=True)
            acquire(lock, f"another onpar in {root}/")
        except (FileNotFoundError, FileExistsError) as error:
            # For a folder that disappears mkdir raises either: so its existence is checked again.
            why = error
            continue
        except OSError as error:
            raise _unusable(root, error) from error
        if _is(root / LOCK, handles[0]):
            return lock, handles[0]
        lock.release()
    raise _unusable(root, why) from why


def _unusable(root: Path, error: OSError) -> OnparError:
    advice = "name a folder of your own with --build DIR"
    if error.errno in NO_LOCKS:
        return OnparError(
            f"{root}: its file system cannot lock files ({error.strerror}), so two onpar could "
            "write there at once; name a folder on another disk with --build DIR"
        )
    try:
        Path.cwd()
    except FileNotFoundError:
        if not root.is_absolute():
            return OnparError(
                f"{root}: the working directory has been deleted; change to one that exists, or "
                f"{advice}, by its absolute path"
            )
    # Which error a file at this path gives depends on when it appeared. Path's own methods would
    # raise for a name that is too long.
    is_something_else = os.path.exists(root) and not os.path.isdir(root)  # noqa: PTH110, PTH112
    why = "it is not a folder" if is_something_else else error.strerror
    return OnparError(f"{root}: cannot be written ({why}); {advice}")


def _is(path: Path, handle: int) -> bool:
    """Whether `path` is the very file that `handle` has open."""
    try:
        return os.path.samestat(path.stat(), os.fstat(handle))
    except (FileNotFoundError, NotADirectoryError):
        return False
