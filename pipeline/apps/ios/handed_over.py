"""The files that go to the iOS app, as a folder on this Mac, and limits for those that come
back."""

from __future__ import annotations

import secrets
from pathlib import Path

from onpar.parity.contract.spec import Artifact
from onpar.parity.files.copies import copy
from onpar.pipeline.errors import OnparError

MAX_CAPTURE_BYTES = 2 << 30
"""The largest capture that is fetched, in bytes. One of 40 megapixels and 21 classes at 2048×2048,
twice, has 0.9e9."""

MAX_DONE_BYTES = 64 << 10
"""The largest `done.json` that is read, in bytes."""


def new_name(artifact: Artifact) -> str:
    """A new name for a folder of the app, which no earlier run has used."""
    return f"{artifact.sha256[:16]}-{secrets.token_hex(4)}"


def lay_out(files: list[Path], folder: Path) -> None:
    """Copy files, and folders with their content, into a new folder."""
    folder.mkdir(parents=True)
    for file in files:
        copy(file, folder / file.name)


def check_size(name: str, size: int, largest: int = MAX_CAPTURE_BYTES) -> None:
    """Raises OnparError for a file that is larger than those that the app writes."""
    if size > largest:
        raise OnparError(
            f"{name} has {size} bytes, the limit is {largest}; install this checkout's app"
        )
