"""Opens a user's path only if it is a regular file, and reads at most a limit of bytes.

Opening a named pipe may block, a device may be endless or react to being opened, and a file may
grow. The errors are OSErrors whose `strerror` says what was found and what to do.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

TEXT_LIMIT = 256 << 20
"""Bytes of a JSON file at most: a run of 1,000 rows takes 20 MB."""

KINDS = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
}

ADVICE = "expected a regular file; write its content to a file first, and give that"


class NotRegularError(OSError):
    """Something that is not a regular file, or one above its limit."""


def check_regular(path: Path) -> os.stat_result:
    """The stat of a file that may be opened. Raises OSError if it does not exist, and
    NotRegularError for a folder, a pipe, a device or a socket, which are never opened."""
    found = path.stat()
    _check(path, found)
    return found


@contextmanager
def opened(path: Path) -> Iterator[tuple[BufferedReader, int]]:
    """A regular file for reading, and its size in bytes. Raises as `check_regular` does."""
    check_regular(path)
    # If a pipe has replaced it since, opening does not wait for a writer.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    with os.fdopen(handle, "rb") as file:
        found = os.fstat(handle)
        _check(path, found)
        yield file, found.st_size


def read_regular(path: Path, limit: int = TEXT_LIMIT) -> bytes:
    """The content of a regular file of at most `limit` bytes. Raises as `check_regular` does."""
    with opened(path) as (file, size):
        # Some files of /proc report a size of 0, and never end.
        content = file.read(limit + 1) if size <= limit else b""
    if size > limit or len(content) > limit:
        size = max(size, len(content))
        # Not EFBIG, which is for writing: its remedy would be to free some space.
        raise NotRegularError(
            errno.EINVAL, f"has {size:,} bytes or more, at most {limit:,} are read", str(path)
        )
    return content


def why_not_regular(path: Path) -> str:
    """What is wrong with a path that should be a file, such as `no such file` or `is a device, …`;
    empty if it is a file."""
    try:
        check_regular(path)
    except FileNotFoundError:
        return "no such file"
    except OSError as error:
        return error.strerror or str(error)
    return ""


def _check(path: Path, found: os.stat_result) -> None:
    if stat.S_ISREG(found.st_mode):
        return
    if stat.S_ISDIR(found.st_mode):
        raise NotRegularError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    kind = KINDS.get(stat.S_IFMT(found.st_mode), "not a file")
    raise NotRegularError(errno.EINVAL, f"is {kind}, {ADVICE}", str(path))
