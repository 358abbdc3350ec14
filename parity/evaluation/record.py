"""The records of an evaluation: one line of JSON per image, written as soon as it is known.

A process that is killed leaves at most an incomplete line, which is not a record.
"""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from onpar.parity.contract.classmap import worst_tile
from onpar.parity.contract.confusion import Pairs, confusion
from onpar.parity.files.regular_file import NotRegularError, opened
from onpar.parity.image.mask import IGNORED_CLASS
from onpar.parity.judge.metrics import distance


class RecordError(ValueError):
    """A file of records that cannot be used; the message says what to do next."""


@dataclass(frozen=True)
class Output:
    """A model's result for a photo: its class map u8 [h, w], the scores f32 [1, C, h, w] from which
    it was computed (None if the model does not return them), and how long the run took."""

    classes: NDArray[np.uint8]
    scores: NDArray[Any] | None
    milliseconds: float


@dataclass(frozen=True)
class Compared:
    """An artifact's output for an image against the float reference's.

    confusion     reference's class map × artifact's
    worst_tile    `classmap.worst_tile`'s share, 0–1
    snr_db, rmse, max_abs   `metrics.Distance` of the scores; None with io image, which gives none,
                  `snr_db` also where they are equal
    milliseconds  the run, on one thread
    truth         mask × artifact's class map, without the pixels that are ignored; None: no mask
    """

    confusion: Pairs
    worst_tile: float
    snr_db: float | None
    rmse: float | None
    max_abs: float | None
    milliseconds: float
    truth: Pairs | None


@dataclass(frozen=True)
class Record:
    """An image: its name, the SHA-256 of its file and of its mask's (empty: none), the mask × the
    reference's class map, how long the reference ran, each artifact by its SHA-256, and the peak
    memory of the process by then in megabytes (10⁶ bytes)."""

    image: str
    sha256: str
    mask_sha256: str
    truth: Pairs | None
    milliseconds: float
    artifacts: dict[str, Compared]
    peak_rss_mb: float

    @property
    def identity(self) -> tuple[str, str, str]:
        """What identifies the record: the photo's name, and the digests of its file and mask."""
        return self.image, self.sha256, self.mask_sha256


def compare(
    got: Output, reference: Output, truth: NDArray[np.uint8] | None, classes: int
) -> Compared:
    """Compare an artifact's output with the reference's, and with the mask u8 [h, w].

    Raises ValueError if the shapes differ, a class is above `classes`, or a score is NaN or
    infinite.
    """
    pairs = confusion(reference.classes, got.classes, classes)
    apart = None
    if got.scores is not None and reference.scores is not None:
        if not (np.isfinite(got.scores).all() and np.isfinite(reference.scores).all()):
            raise ValueError("the output has values that are not finite")
        apart = distance(got.scores, reference.scores)
    return Compared(
        confusion=pairs,
        worst_tile=worst_tile(got.classes != reference.classes)[0],
        snr_db=apart.snr_db if apart else None,
        rmse=apart.rmse if apart else None,
        max_abs=apart.max_abs if apart else None,
        milliseconds=got.milliseconds,
        truth=against(truth, got.classes, classes),
    )


def against(
    truth: NDArray[np.uint8] | None, shown: NDArray[np.uint8], classes: int
) -> Pairs | None:
    """The confusion matrix of a mask and a class map, without the pixels that are ignored."""
    if truth is None:
        return None
    counted = truth != IGNORED_CLASS
    return confusion(truth[counted], shown[counted], classes)


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
