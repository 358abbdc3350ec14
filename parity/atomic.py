"""Files are written whole or not at all: temporary file in the same folder, fsync, rename.

While a file is being written its temporary one is locked, so that `sweep` knows those whose process
has died: a process's number would not tell, as another container has its own.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

TEMPORARY = ".onpar-"
"""Prefix of files not yet whole; no reader takes a file with this prefix."""


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a temporary path to write to; on success it becomes `path`, on any error it is removed.

    The temporary path keeps the suffix of `path`, for writers that choose a format by it. An
    OSError that does not say which file it is about, as a full disk's, is given `path`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=TEMPORARY, suffix="-" + path.name, dir=path.parent)
    temporary = Path(name)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield temporary
        temporary.chmod(0o666 & ~_umask())
        _sync(temporary)
        temporary.replace(path)
        _sync(path.parent)
    except OSError as error:
        if error.errno and str(error.filename or name) == name:
            error.filename = str(path)
        raise
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()
        os.close(handle)


def sweep(folder: Path) -> None:
    """Remove what processes that were killed have left half-written in `folder`."""
    for path in folder.glob(TEMPORARY + "*"):
        with suppress(FileNotFoundError, BlockingIOError), path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()


def write_whole(path: Path, pieces: Iterable[bytes | memoryview]) -> None:
    """Write the pieces to `path`, one after another."""
    with whole_file(path) as temporary, temporary.open("wb") as file:
        for piece in pieces:
            file.write(piece)


def write_text(path: Path, text: str) -> None:
    """Write `text` to `path` as UTF-8."""
    write_whole(path, [text.encode()])


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
