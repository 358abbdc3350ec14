"""Copies of files whose errors name the copy."""

from __future__ import annotations

import shutil
from pathlib import Path

BLOCK = 1 << 20
"""Bytes that are read at once."""


def copy(source: Path, to: Path) -> None:
    """Copy the content of a file, or of a folder and all that is in it, to `to`.

    Raises OSError. If `to` cannot be written, for example on a full disk, its file name is that of
    the copy; `shutil.copyfile` gives that of the source, and `shutil.copytree` no error number.
    """
    if source.is_dir():
        to.mkdir()
        for one in sorted(source.iterdir()):
            copy(one, to / one.name)
        return
    with source.open("rb") as given:
        try:
            with to.open("wb") as made:
                shutil.copyfileobj(given, made, BLOCK)
        except OSError as error:
            error.filename = str(to)
            raise
