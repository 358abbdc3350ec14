"""An artifact's bytes, read once, so that a target loads exactly the bytes of the digest."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from onpar.parity.files.regular_file import opened
from onpar.pipeline.build_folder.keys import folder_digest

Content = bytes | Mapping[str, bytes]
"""A file's bytes; for a folder, the bytes of its files, by path below it, with `/`."""


def read_content(path: Path) -> Content:
    """Read a file, or a folder's files. Raises OSError."""
    if not path.is_dir():
        with opened(path) as (file, _):
            return file.read()
    files = {p.relative_to(path).as_posix(): p for p in path.rglob("*") if p.is_file()}
    return {name: files[name].read_bytes() for name in sorted(files)}


def content_digest(content: Content) -> str:
    """The same as `onpar.pipeline.build_folder.keys.artifact_digest` of the file or folder."""
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    return folder_digest({name: hashlib.sha256(b).hexdigest() for name, b in content.items()})
