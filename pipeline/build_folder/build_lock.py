"""One command at a time writes into a build folder: a second one waits, and then finds it all done.

The lock is `filelock`'s, on `.lock` in the folder. It ends with the process that holds it, however
that ends, so nothing ever has to be cleared by hand. A command takes it once, around everything
that it does. Commands that only read take none: every file there is whole at any moment.
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
"""The locked file's name; it holds its holder's process number and machine, for people to read."""

READERS = "references"
"""The folder that `check` adds to, which needs no lock: a file there is named for what made it."""

EXIT_GRACE_SECONDS = 5.0
"""Seconds that a job may take to end after its command was killed; measured: up to 0.4."""

ATTEMPTS = 1000
"""How often the folder is made again when it vanishes before it is locked: a command that was
refused removes the folder that it made. Where it cannot be made at all, as in a working directory
that was deleted, the attempts take 0.1 s together."""


NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP)


@contextmanager
def build_lock(root: Path) -> Iterator[None]:
    """Hold the folder `root`, created where it is absent; while another process does, say so on
    stderr and wait. Then remove what processes that were killed have left half-written in it.

    Raises OnparError for a folder that cannot be created or written, or whose file system has no
    locks.
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
        # Removed while it is held: who waits for it sees that it is gone, and makes a new one.
        if _is(root / LOCK, handle):
            (root / LOCK).unlink()
        with suppress(OSError):
            for folder in absent:  # that nothing was written to, as the command was refused
                folder.rmdir()
        lock.release()


def _clear_up(root: Path) -> None:
    until = time.monotonic() + EXIT_GRACE_SECONDS
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


def _taken(root: Path) -> tuple[BaseFileLock, int]:
    """The lock, held, and the descriptor of its file, which is what `root` has as `.lock`."""
    why: OSError = FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
    for _ in range(ATTEMPTS):
        handles: list[int] = []
        lock = file_lock(root / LOCK, handles.append)
        try:
            root.mkdir(parents=True, exist_ok=True)
            acquire(lock, f"another onpar in {root}/")
        except (FileNotFoundError, FileExistsError) as error:
            # Of a folder that vanishes mkdir says either: whether it exists is asked again after.
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
    # Which error a file there gives depends on the moment it appeared. Path's own would raise for a
    # name that is too long.
    is_something_else = os.path.exists(root) and not os.path.isdir(root)  # noqa: PTH110, PTH112
    why = "it is not a folder" if is_something_else else error.strerror
    return OnparError(f"{root}: cannot be written ({why}); {advice}")


def _is(path: Path, handle: int) -> bool:
    """Whether `path` is the very file that `handle` has open."""
    try:
        return os.path.samestat(path.stat(), os.fstat(handle))
    except (FileNotFoundError, NotADirectoryError):
        return False
