"""The captures that `onpar check` judges among the given paths, and a message for every other file.

A file that the user names and that is not a capture at all is wrong input (exit code 2). A damaged
capture is a row: it is UNREADABLE, and not on par (exit code 1).

Nothing that may be a capture is ignored silently: a row that is not judged would look like a row
that does not exist.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from onpar.parity.files.atomic import TEMPORARY
from onpar.parity.files.regular_file import check_regular
from onpar.pipeline.capture.no_capture import SUFFIX, no_capture
from onpar.pipeline.errors import OnparError

MISSPELT_SUFFIX = ".safetensor"
"""A part of a name that was probably meant to end in SUFFIX."""

OTHER_SUFFIXES = (".json", ".log", ".txt", ".md", ".html", ".xml")
"""Suffixes of files about captures; they are ignored, as is anything else without SUFFIX."""


@dataclass(frozen=True)
class Found:
    """Capture files, in order, each once; and a sentence about each path that is not judged."""

    files: tuple[Path, ...]
    problems: tuple[str, ...]


def find_captures(given: Sequence[Path]) -> Found:
    """The captures in the given files and folders. Raises OnparError for a path that does not
    exist."""
    files: dict[Path, None] = {}
    problems: dict[str, None] = {}
    for path in given:
        if not path.exists() and not path.is_symlink():
            raise OnparError(
                f"{path}: no such capture file or folder; make captures with `onpar parity`"
            )
        found = _given(path)
        for one in found:
            if isinstance(one, Path):
                files[one] = None
            else:
                problems[one] = None
    return Found(tuple(files), tuple(problems))


def _given(path: Path) -> Iterator[Path | str]:
    """What a path that the user names holds."""
    try:
        other = no_capture(path)
    except (OSError, UnicodeEncodeError):  # Said below.
        other = ""
    if other:
        yield f"{_shown(path)}: {other}"
    elif path.is_dir():
        yield from _in_folder(path)
    else:
        yield from _file(path)


def _file(path: Path) -> Iterator[Path | str]:
    try:
        str(path).encode()
        check_regular(path)
        yield path
    except UnicodeEncodeError:
        yield f"{_shown(path)}: its name is not UTF-8; rename it"
    except OSError as error:
        yield f"{path}: {error.strerror}"


def _in_folder(folder: Path) -> Iterator[Path | str]:
    """The captures in the folder and its subfolders, by path; links are reported and not
    followed."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield f"{_shown(folder)}: its captures cannot be listed: {error.strerror}"
        return
    entries = [entry for entry in entries if not entry.name.startswith(TEMPORARY)]
    if all(_says_nothing(entry) for entry in entries):
        yield f"{_shown(folder)}: no capture in this folder; capture again, or remove the folder"
    for entry in entries:
        path = Path(entry.path)
        if entry.is_symlink():
            if path.is_dir() or _may_be_capture(entry.name):
                yield (
                    f"{_shown(path)}: is a link, and links in a folder are not followed; give "
                    f"{_shown(path.resolve())} itself"
                )
        elif entry.is_dir():
            yield from _in_folder(path)
        elif entry.name.endswith(SUFFIX) and not entry.name.startswith("."):
            yield from _file(path)
        elif _may_be_capture(entry.name):
            yield (
                f"{_shown(path)}: may be a capture, but its name does not end in {SUFFIX} or "
                "begins with a dot, so it is not judged; rename it, or remove it"
            )


def _shown(path: Path) -> str:
    """A path as text, even if it is not UTF-8."""
    return str(path).encode("utf-8", "backslashreplace").decode()


def _says_nothing(entry: os.DirEntry[str]) -> bool:
    """Whether a folder with only such entries counts as empty."""
    if entry.is_dir() or entry.is_symlink() or _may_be_capture(entry.name):
        return False
    hidden = entry.name.startswith(".")
    return hidden or entry.name.endswith(OTHER_SUFFIXES)


def _may_be_capture(name: str) -> bool:
    return MISSPELT_SUFFIX in name.casefold() and not name.casefold().endswith(OTHER_SUFFIXES)
