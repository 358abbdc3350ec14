"""The file of an evaluation's records: one line of JSON per image, written as soon as it is known.

A process that is killed leaves at most an incomplete line, which is not a record.
"""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import Any

import msgspec

from onpar.parity.evaluation.record import Record
from onpar.parity.files.regular_file import NotRegularError, opened


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


def read_records(path: Path) -> Iterator[Record]:
    """The records of a file, one after another; an incomplete line at its end is skipped.

    Raises RecordError for any other line that is not a record, and for what is not a regular file.
    """
    decoder = msgspec.json.Decoder(Record)
    with _regular(path) as file:
        for number, line in enumerate(file, 1):
            if not line.endswith(b"\n"):
                return
            try:
                yield decoder.decode(line)
            except (msgspec.MsgspecError, UnicodeDecodeError) as error:
                raise RecordError(
                    f"{path}: line {number} is not a record ({error}); delete the file, and its "
                    "images are run again"
                ) from error


@contextmanager
def _regular(path: Path) -> Iterator[BufferedReader]:
    try:
        with opened(path) as (file, _):
            yield file
    except NotRegularError as error:
        raise RecordError(f"{path}: {error.strerror}; remove it") from error


def _write(file: Any, line: bytes) -> None:
    while line:  # one write may be incomplete, for example on a full disk
        line = line[file.write(line) :]
