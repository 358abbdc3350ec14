"""Digests and keys: work whose key is unchanged is not done again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from onpar.parity.contract.capture import CaptureError, read_info
from onpar.parity.contract.spec import canonical_json
from onpar.parity.files.regular_file import opened

Stamp = tuple[int, int, int, int]


def file_stamp(path: Path) -> Stamp:
    """Size, inode and times of a file: they change when it is replaced or written, even if its time
    of modification is set back. Raises OSError."""
    status = path.stat()
    return status.st_size, status.st_ino, status.st_mtime_ns, status.st_ctime_ns


def file_digest(path: Path) -> str:
    """SHA-256 of a regular file's bytes. Raises OSError for anything else."""
    with opened(path) as (file, _):
        return hashlib.file_digest(file, "sha256").hexdigest()


def artifact_digest(path: Path) -> str:
    """SHA-256 of an artifact's bytes; if it is a folder, its `folder_digest`."""
    if not path.is_dir():
        return file_digest(path)
    files = (p for p in path.rglob("*") if p.is_file())
    return folder_digest({p.relative_to(path).as_posix(): file_digest(p) for p in files})


def folder_digest(digests: Mapping[str, str]) -> str:
    """SHA-256 of `sha256sum`'s output: for every file a line `<digest>  <path below the folder>`,
    with `/`, in the order of the paths. `digests` has the digests of the files, by path."""
    lines = "".join(f"{digests[name]}  {name}\n" for name in sorted(digests))
    return hashlib.sha256(lines.encode()).hexdigest()


def artifact_size(path: Path) -> int:
    """Bytes of an artifact's file, or of all files in its folder."""
    if not path.is_dir():
        return path.stat().st_size
    return sum(p.stat().st_size for p in path.rglob("*") if p.is_file())


def source_digest(paths: Sequence[Path]) -> str:
    """SHA-256 of source files' names and bytes, for the keys of what they make."""
    parts = [(path.name, _digest_of(path, file_stamp(path))) for path in paths]
    return hashlib.sha256(canonical_json(parts).encode()).hexdigest()


def versions(packages: Iterable[str]) -> dict[str, str]:
    """The installed versions of these packages, by name, for the keys of what they make; empty for
    a package that is not installed."""
    return {package: _version(package) for package in packages}


def key_of(**parts: Any) -> str:
    """The hash of all inputs of some work."""
    return hashlib.sha256(canonical_json(parts).encode()).hexdigest()


def kept_key(path: Path, name: str) -> str | None:
    """The key `name` in the metadata of a capture or golden; None if the file is missing or not
    complete."""
    try:
        return read_info(path).extra.get(name)
    except CaptureError:
        return None


@cache
def _version(package: str) -> str:
    # With a key for each variant and target, some sixty keys have the same sources and packages.
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


@cache
def _digest_of(path: Path, stamp: Stamp) -> str:
    return file_digest(path)
