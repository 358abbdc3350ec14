"""Files are written completely or not at all: temporary file in the same folder, fsync, rename.

At a path that the user names, a link stays: the file that it leads to is replaced. A device or a
pipe cannot be replaced; it is written to once the content is complete
(`onpar.parity.files.in_place`). A build folder may come from somebody else, and a link in it may
lead to any file: there, with `follow_links=False`, the link or the pipe itself is replaced.

While a file is being written its temporary file is locked, so `sweep` detects those whose process
has died. A process id would not show this, because every container has its own ids.
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
"""Prefix of incomplete files; readers skip files with this prefix."""


@contextmanager
def whole_file(path: Path, follow_links: bool = True) -> Iterator[Path]:
    """Yield a temporary path to write to; on success it becomes `path`, on any error it is removed.

    The temporary path keeps the suffix of `path`, for writers that choose a format by it. An
    OSError without a file name, such as a full disk's, or about the temporary path or a file in it,
    which the user does not know, gets `path` as its file name.
    """
    path = leads_to(path) if follow_links else path
    if follow_links and not is_replaceable(path):
        with tempfile.TemporaryDirectory(prefix=TEMPORARY) as folder:
            content = Path(folder, "content" + path.suffix)
            yield content
            with _said_of(path):
                write_into(path, content)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    # Nothing else sweeps some folders, such as one that a user names.
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
    """The same for a file or a folder, whichever is made at the yielded path. That path is in a
    folder of its own, which may hold other temporary files.

    A folder cannot replace another one in one step: a process that is killed between the two steps
    leaves `path` absent, never incomplete.
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
    """Remove the incomplete files of killed processes from `folder`: those whose name after
    `TEMPORARY` matches the pattern `names`."""
    for path in folder.glob(TEMPORARY + names):
        # Still locked by its writer, already gone, or another user's.
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


def write_whole(
    path: Path, pieces: Iterable[bytes | memoryview], follow_links: bool = True
) -> None:
    """Write the pieces to `path`, one after another."""
    with whole_file(path, follow_links) as temporary, temporary.open("wb") as file:
        for piece in pieces:
            file.write(piece)


def write_text(path: Path, text: str, follow_links: bool = True) -> None:
    """Write `text` to `path` as UTF-8."""
    write_whole(path, [text.encode()], follow_links)


def _locked(new: Callable[[], tuple[int, Path]]) -> tuple[int, Path]:
    """The descriptor and the path of a locked temporary file or folder. `sweep` in another process
    may remove one before it is locked: then another is made."""
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
    """Set the file name of an OSError to `path` if it has none, or names the temporary file or one
    in it. Without `temporary` (only its maker knows its name), set it always."""
    try:
        yield
    except OSError as error:
        named = Path(str(error.filename)) if error.filename else temporary
        if error.errno and (not temporary or named is None or temporary in (named, *named.parents)):
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
