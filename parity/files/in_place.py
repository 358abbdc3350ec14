"""Where a user's path leads, and writing to something that a rename cannot replace.

`out.json` may be a link: then the file that it leads to is replaced, and the link stays. A device,
a pipe or one of the process's own descriptors (`/dev/stdout`) is written to.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import stat
import sys
from contextlib import suppress
from pathlib import Path

DESCRIPTOR = re.compile(r"/dev/fd/(\d+)|/proc/(?:self|\d+)/fd/(\d+)")

MOST_LINKS = 40
"""As many as Linux follows (path_resolution(7))."""


def leads_to(path: Path) -> Path:
    """The path at the end of the links, which may not exist; links to descriptors, which have no
    path, are not followed. Raises OSError for links in a circle."""
    at = path
    for _ in range(MOST_LINKS):
        if DESCRIPTOR.fullmatch(os.path.abspath(at)) or not at.is_symlink():  # noqa: PTH100
            return at
        at = at.parent / at.readlink()
    raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))


def is_replaceable(path: Path) -> bool:
    """Whether a new file can replace it: it is a file or a folder, or does not exist."""
    if DESCRIPTOR.fullmatch(os.path.abspath(path)):  # noqa: PTH100
        return False
    try:
        mode = path.stat().st_mode
    except OSError:
        return True
    return stat.S_ISREG(mode) or stat.S_ISDIR(mode)


def write_into(path: Path, content: Path) -> None:
    """Copy a file's bytes into a device, a pipe or a descriptor. Raises OSError."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(ValueError, OSError):  # closed, or not a real stream
            stream.flush()
    found = DESCRIPTOR.fullmatch(os.path.abspath(path))  # noqa: PTH100
    # A file's descriptor, opened by its path, would begin at the file's start again.
    handle = os.dup(int(found[1] or found[2])) if found else os.open(path, os.O_WRONLY)
    with content.open("rb") as source, os.fdopen(handle, "wb") as target:
        shutil.copyfileobj(source, target)
