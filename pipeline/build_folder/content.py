"""An artifact's bytes, read once: what a target loads is what its digest is of."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from onpar.parity.files.regular_file import opened
from onpar.pipeline.build_folder.keys import folder_digest

Content = bytes | Mapping[str, bytes]
"""A file's bytes; of a folder its files', by their path below it, with `/`."""


def read_content(path: Path) -> Content:
    """Read a file, or a folder's files. Raises OSError."""
    if not path.is_dir():
        with opened(path) as (file, _):
            return file.read()
    files = {p.relative_to(path).as_posix(): p for p in path.rglob("*") if p.is_file()}
    return {name: files[name].read_bytes() for name in sorted(files)}


def content_digest(content: Content) -> str:
    """As `onpar.pipeline.build_folder.keys.artifact_digest` has it of the file or the folder."""
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    return folder_digest({name: hashlib.sha256(b).hexdigest() for name, b in content.items()})
