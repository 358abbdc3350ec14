"""The file of an evaluation's records: one line of JSON per image, written as soon as it is known.

A process that is killed leaves at most an incomplete line, which is not a record. Any other line
that is not a record of its evaluation refuses the whole file, which may be from another machine.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import Any

import msgspec

from onpar.parity.evaluation.expected import Expected, record_fault
from onpar.parity.evaluation.record import Apart, Record
from onpar.parity.files.regular_file import NotRegularError, opened

MOST_SHOWN = 200
"""How much an error shows of what is wrong with a record: a class may have thousands of digits."""


class RecordError(ValueError):
    """A file of records that cannot be used; the message says what to do next."""


@contextmanager
def appending(path: Path) -> Iterator[Callable[[Record], None]]:
    """Yield a function that appends a record to the file, at once; an incomplete line is removed.

    It waits for another process that still writes to the file, such as one whose command was just
    killed. Raises RecordError for a link, which may lead out of the build folder, and for anything
    else that is not a regular file.
    """
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        handle = os.open(path, flags, 0o666)
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise
        raise RecordError(f"{path}: is a link, which is not written through; remove it") from error
    with os.fdopen(handle, "a+b", buffering=0) as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise RecordError(f"{path}: is not a regular file; remove it")
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        whole = sum(len(line) for line in file if line.endswith(b"\n"))
        os.ftruncate(handle, whole)
        yield lambda record: _write(file, msgspec.json.encode(record) + b"\n")


def read_records(paths: Iterable[Path], expected: Expected) -> Iterator[Record]:
    """The records of an evaluation's files, one of each image; an incomplete line at the end of a
    file is skipped. A process that was being killed may have recorded an image that another one
    recorded again: of such a pair, which differs in time, memory and rounding, the first counts.

    Raises RecordError for any other line that is not a record as `expected`, for two of one image
    that differ in what they show, and for what is not a regular file.
    """
    found: dict[tuple[str, str, str], tuple[Path, int, bytes]] = {}
    for path in paths:
        for number, record in _read(path):
            why = record_fault(record, expected)[:MOST_SHOWN]
            if why:
                raise RecordError(
                    f"{path}: line {number} is not a record of this evaluation ({why}); {_AGAIN}"
                )
            shown = _shown(record)
            first = found.setdefault(record.identity, (path, number, shown))
            if first[2] != shown:
                other = f"line {first[1]}" + (f" of {first[0]}" if first[0] != path else "")
                again = _AGAIN if first[0] == path else _ONE_AGAIN
                raise RecordError(
                    f"{path}: line {number} shows something else of the image of {other}, expected "
                    f"the same; {again}"
                )
            if first == (path, number, shown):
                yield record


_AGAIN = "delete the file, and its images are run again"

_ONE_AGAIN = "delete one of the two files, and its images are run again"

_DIGITS = 9
"""In which distances of scores are equal: NumPy's dot products differ in the 16th by how many
threads they are computed on."""


def _shown(record: Record) -> bytes:
    """The digest of what the models showed."""
    ran = [record.reference, *(record.artifacts[sha256] for sha256 in sorted(record.artifacts))]
    content = msgspec.json.encode([(_rounded(one.apart), one.seen) for one in ran])
    return hashlib.sha256(content).digest()


def _rounded(apart: Apart | None) -> list[str]:
    values = (apart.snr_db or 0, apart.rmse, apart.max_abs) if apart else ()
    return [f"{value:.{_DIGITS}g}" for value in values]


def _read(path: Path) -> Iterator[tuple[int, Record]]:
    """The complete lines of a file, with their numbers."""
    decoder = msgspec.json.Decoder(Record)
    with _regular(path) as file:
        for number, line in enumerate(file, 1):
            if not line.endswith(b"\n"):
                return
            try:
                yield number, decoder.decode(line)
            except (msgspec.MsgspecError, UnicodeDecodeError) as error:
                raise RecordError(
                    f"{path}: line {number} is not a record ({error}); {_AGAIN}"
                ) from error


@contextmanager
def _regular(path: Path) -> Iterator[BufferedReader]:
    try:
        with opened(path) as (file, _):
            yield file
    except NotRegularError as error:
        raise RecordError(f"{path}: {error.strerror}; remove it") from error
    except FileNotFoundError as error:
        raise RecordError(f"{path}: is a link to a file that does not exist; remove it") from error


def _write(file: Any, line: bytes) -> None:
    while line:  # one write may be incomplete, for example on a full disk
        line = line[file.write(line) :]
