"""Files are written whole or not at all: temporary file in the same folder, fsync, rename.

A link keeps its place: the file that it leads to is replaced. What cannot be replaced, a device or
a pipe, is written to once everything is there (`onpar.parity.files.in_place`).

While a file is being written its temporary one is locked, so that `sweep` knows those whose process
has died: a process's number would not tell, as another container has its own.
"""

from __future__ import annotations

import fcntl
import glob
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from onpar.parity.files.in_place import is_replaceable, leads_to, write_into

TEMPORARY = ".onpar-"
"""Prefix of files not yet whole; no reader takes a file with this prefix."""


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a temporary path to write to; on success it becomes `path`, on any error it is removed.

    The temporary path keeps the suffix of `path`, for writers that choose a format by it. An
    OSError that does not say which file it is about, as a full disk's, is given `path`, and so is
    one about the temporary path, of which nobody has heard.
    """
    path = leads_to(path)
    if not is_replaceable(path):
        with tempfile.TemporaryDirectory(prefix=TEMPORARY) as folder:
            content = Path(folder, "content" + path.suffix)
            yield content
            with _said_of(path):
                write_into(path, content)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    # Of a folder that nobody else sweeps, as one that a user names, this is the only chance.
    sweep(path.parent, f"?*-{glob.escape(path.name)}")
    handle, temporary = _locked(lambda: _new_file(path))
    try:
        with _said_of(path, temporary):
            yield temporary
            temporary.chmod(0o666 & ~_umask())
            _sync(temporary)
            temporary.replace(path)
            _sync(path.parent)
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()
        os.close(handle)


@contextmanager
def whole_artifact(path: Path) -> Iterator[Path]:
    """The same for a file or a folder, whichever is made at the path that is given; it lies in a
    folder of its own, for what its maker needs beside it.

    A folder cannot take another's place in one step: a process that is killed between the two
    leaves `path` absent, never half.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, outer = _locked(lambda: _new_folder(path))
    new = outer / path.name
    try:
        with _said_of(path, new):
            yield new
            for part in [new, *new.rglob("*")]:
                part.chmod((0o777 if part.is_dir() else 0o666) & ~_umask())
                _sync(part)
            if path.is_dir():
                path.rename(outer / "old")
            new.replace(path)
            _sync(path.parent)
    finally:
        shutil.rmtree(outer, ignore_errors=True)
        os.close(handle)


def sweep(folder: Path, names: str = "*") -> None:
    """Remove what processes that were killed have left half-written in `folder`: of what follows
    `TEMPORARY` in its name, what the pattern `names` fits."""
    for path in folder.glob(TEMPORARY + names):
        # Still locked by its writer, gone already, or another user's to remove.
        with suppress(OSError):
            handle = os.open(path, os.O_RDONLY)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if path.is_dir():
                    shutil.rmtree(path)
                else:
                    path.unlink()
            finally:
                os.close(handle)


def write_whole(path: Path, pieces: Iterable[bytes | memoryview]) -> None:
    """Write the pieces to `path`, one after another."""
    with whole_file(path) as temporary, temporary.open("wb") as file:
        for piece in pieces:
            file.write(piece)


def write_text(path: Path, text: str) -> None:
    """Write `text` to `path` as UTF-8."""
    write_whole(path, [text.encode()])


def _locked(new: Callable[[], tuple[int, Path]]) -> tuple[int, Path]:
    """The descriptor and the path of a temporary file or folder that is locked. `sweep` in another
    process may take one that is not locked yet for a dead process's: then the next."""
    while True:
        handle, temporary = new()
        fcntl.flock(handle, fcntl.LOCK_EX)
        if temporary.exists():
            return handle, temporary
        os.close(handle)


def _new_file(path: Path) -> tuple[int, Path]:
    with _said_of(path):
        handle, name = tempfile.mkstemp(prefix=TEMPORARY, suffix="-" + path.name, dir=path.parent)
    return handle, Path(name)


def _new_folder(path: Path) -> tuple[int, Path]:
    with _said_of(path):
        name = tempfile.mkdtemp(prefix=TEMPORARY, dir=path.parent)
        return os.open(name, os.O_RDONLY), Path(name)


@contextmanager
def _said_of(path: Path, temporary: Path | None = None) -> Iterator[None]:
    """Give `path` to an OSError that names no file, or the temporary one; to any without
    `temporary`, whose name only its maker knows."""
    try:
        yield
    except OSError as error:
        if error.errno and (not temporary or str(error.filename or temporary) == str(temporary)):
            error.filename = str(path)
        raise


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
