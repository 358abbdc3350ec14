"""Digests of artifacts, cached by the files' size, inode and times: hashing all artifacts again
(1.5 GB) would take seconds in a run with nothing to do."""

from __future__ import annotations

from pathlib import Path

import msgspec

from onpar.parity.files.atomic import write_whole
from onpar.parity.files.json_file import JsonError, read_json
from onpar.pipeline.build_folder.keys import artifact_digest, file_stamp

Stamps = list[tuple[str, int, int, int, int]]


class Kept(msgspec.Struct, frozen=True):
    """A digest, and the names, sizes, inodes and times of its files."""

    stamp: Stamps
    sha256: str


class Digests:
    """The cached digests of a build folder. A file that was written, replaced or renamed has
    another stamp (its change time cannot be set), and is hashed again."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.changed = False
        try:
            self.kept = read_json(path, dict[str, Kept])
        except JsonError:
            self.kept = {}

    def of(self, artifact: Path) -> str:
        """`artifact_digest` of the file or folder. Raises OSError if it is missing."""
        stamp = _stamp(artifact)
        known = self.kept.get(artifact.name)
        if known and known.stamp == stamp:
            return known.sha256
        sha256 = artifact_digest(artifact)
        self.kept[artifact.name] = Kept(stamp, sha256)
        self.changed = True
        return sha256

    def learn(self, artifact: Path, sha256: str) -> None:
        """Add the digest of an artifact that was just written."""
        self.kept[artifact.name] = Kept(_stamp(artifact), sha256)
        self.changed = True

    def keep(self) -> None:
        """Write the cache."""
        if self.changed:
            write_whole(self.path, [msgspec.json.encode(self.kept)], follow_links=False)
            self.changed = False


def _stamp(artifact: Path) -> Stamps:
    files = sorted(artifact.rglob("*")) if artifact.is_dir() else [artifact]
    return [(p.name, *file_stamp(p)) for p in files]
