"""A cached APK: it is not built again while all its inputs are the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from onpar.parity.files.atomic import write_whole
from onpar.parity.files.json_file import JsonError, read_json
from onpar.pipeline.build_folder.keys import file_digest, key_of
from onpar.pipeline.paths import ANDROID, ROOT

BUILD_FOLDERS = ("target", "build", ".gradle", ".idea")
"""Folders in `android_app` with build outputs."""


class Kept(msgspec.Struct, frozen=True):
    """The record of an APK: the key of its inputs, its digest, and its sentence."""

    key: str
    sha256: str
    sentence: str


def apk_key(**parts: object) -> str:
    """The key of an APK: from the app's sources, the code that builds it, and these parts."""
    files = [*_sources(ANDROID), ROOT / "LICENSE"]
    digests = {path.relative_to(ROOT).as_posix(): file_digest(path) for path in files}
    return key_of(sources=digests, **parts)


def kept(apk: Path, key: str) -> str | None:
    """The sentence about the APK that was built with `key`; None if that APK does not exist."""
    try:
        said = read_json(_record_path(apk), Kept)
        return said.sentence if said.key == key and said.sha256 == file_digest(apk) else None
    except (OSError, JsonError):
        return None


def keep(apk: Path, key: str, sentence: str) -> None:
    """Write the record of the APK."""
    kept = msgspec.json.encode(Kept(key, file_digest(apk), sentence))
    write_whole(_record_path(apk), [kept], follow_links=False)


def _record_path(apk: Path) -> Path:
    return apk.with_name(apk.name + ".json")


def _sources(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_dir() and path.name not in BUILD_FOLDERS:
            yield from _sources(path)
        elif path.is_file():
            yield path
