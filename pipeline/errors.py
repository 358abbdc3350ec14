"""The error that a user can fix, and other errors as messages."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from onpar.pipeline.extras import not_installed

DISK_FULL_ERRNOS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class OnparError(Exception):
    """Wrong usage or input. The message says what, where, got against expected, and what to do
    next; the command line prints it without a traceback and exits with 2."""


class NotEvaluatedError(OnparError):
    """A limit of onpar's own evaluator, not an error of the model. The row is NOT_RUN, and is not
    required."""


class NoReferenceError(OnparError):
    """The module cannot run on a case, or its reference cannot, or that computes NaN or
    infinity."""


def missing_extra(error: ModuleNotFoundError) -> str:
    """The package and the command that installs it; empty if no extra has it: a bug in onpar."""
    return not_installed([(error.name or "").partition(".")[0]])


def as_message(error: Exception) -> str:
    """An unexpected error as a one-line message; a disk error with the file and a remedy."""
    if isinstance(error, OSError) and error.errno:
        advice = "; free some space, or write elsewhere with --build DIR"
        full = error.errno in DISK_FULL_ERRNOS
        return f"{error.filename or 'input/output'}: {error.strerror}{advice if full else ''}"
    if isinstance(error, ModuleNotFoundError) and missing_extra(error):
        return missing_extra(error)
    first = (str(error).strip() or "no message").splitlines()[0]
    return f"{type(error).__name__}: {first}"


@contextmanager
def writing(what: str, other: str) -> Iterator[None]:
    """Write to a path that the user named, such as `--write-json run.json`. Raises OnparError if it
    cannot be written, with the reason and the advice to name `other`."""
    try:
        yield
    except BrokenPipeError:
        raise  # `--write-json /dev/stdout | head`: the reader has enough
    except OSError as error:
        space = "free some space, or " if error.errno in DISK_FULL_ERRNOS else ""
        raise OnparError(
            f"{what}: cannot be written ({error.strerror or error}); {space}name {other}"
        ) from error
