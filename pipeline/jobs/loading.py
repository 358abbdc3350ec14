"""The recipe file that this thread is executing. It must not start a run, which would wait for the
build folder that the first run holds."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_now = threading.local()


@contextmanager
def loading(path: Path) -> Iterator[None]:
    """While the file is executed."""
    before = being_loaded()
    _now.path = path
    try:
        yield
    finally:
        _now.path = before


def being_loaded() -> Path | None:
    """The file, or None."""
    path: Path | None = getattr(_now, "path", None)
    return path
