"""Opens a file for writing in a folder that may come from somebody else.

A log and the like are written piece by piece, so they cannot be renamed into place as
`onpar.parity.files.atomic` does. Whatever is at the path is removed and not opened: a link may lead
to a file outside the folder, and opening a pipe may block.
"""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path

ATTEMPTS = 100
"""How often another process may make a file at the same path meanwhile."""


def open_fresh(path: Path) -> int:
    """The descriptor of a new, empty file at `path`. Raises OSError, such as for a folder there."""
    for _ in range(ATTEMPTS):
        with suppress(FileNotFoundError):
            path.unlink()
        with suppress(FileExistsError):
            return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    raise OSError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
