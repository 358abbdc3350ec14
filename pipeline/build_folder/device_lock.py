"""One process at a time captures on a phone or a simulator. All checkouts on a machine share them.
The app is started again for each model, and a second start would end the first."""

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
    """Hold the device; an empty name is this machine, which needs no lock."""
    if not device:
        yield
        return
    # One for each user: in a shared temporary folder, a user cannot open another user's file.
    name = f"onpar-{os.getuid()}-{key_of(device=device)[:16]}.lock"
    lock = file_lock(Path(tempfile.gettempdir()) / name)
    acquire(lock, "another onpar that captures on this device")
    try:
        yield
    finally:
        lock.release()
