"""One process at a time captures on a phone or a simulator, which all checkouts of a machine share:
the app is started anew for each model, and a second start would end the first."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from onpar.pipeline.build_folder.file_lock import acquire, file_lock
from onpar.pipeline.build_folder.keys import key_of


@contextmanager
def alone_on(device: str) -> Iterator[None]:
    """Hold the device; empty for this machine, which nobody has to wait for."""
    if not device:
        yield
        return
    # Of each user: in a shared folder for temporary files one may not open another's.
    name = f"onpar-{os.getuid()}-{key_of(device=device)[:16]}.lock"
    lock = file_lock(Path(tempfile.gettempdir()) / name)
    acquire(lock, "another onpar that captures on this device")
    try:
        yield
    finally:
        lock.release()
