"""The context of every call from Python that may start jobs."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import current_process
from pathlib import Path

from onpar.pipeline.errors import OnparError, as_message
from onpar.pipeline.recipes.loading import being_loaded

GUARD = 'put the call under `if __name__ == "__main__":`'


@contextmanager
def one_call(name: str) -> Iterator[None]:
    """The context for a call of `onpar.<name>`. Raises OnparError if it cannot start processes, the
    disk is full or a folder cannot be written."""
    recipe, process = being_loaded(), current_process()
    if recipe:
        raise OnparError(
            f"onpar.{name} was called while {recipe} is loaded as a recipe; {GUARD} there, or into "
            "another file"
        )
    if getattr(process, "_inheriting", False):
        raise OnparError(
            f"onpar.{name} was called while multiprocessing imports the script again; {GUARD}"
        )
    if process.daemon:
        raise OnparError(
            f"onpar.{name} was called in a daemon process, such as one of multiprocessing.Pool, "
            "which cannot start processes; call it in the main process, or in a thread"
        )
    try:
        yield
    except BrokenPipeError:
        raise
    except UnicodeEncodeError as error:
        raise OnparError(f"{error.object!a} is not UTF-8; rename the file or folder") from error
    except OSError as error:
        raise OnparError(as_message(error)) from error


def names(what: str, given: str | Sequence[str]) -> tuple[str, ...]:
    """The given names; a single name becomes a tuple. Raises OnparError for anything but names."""
    found = (given,) if isinstance(given, str) or not isinstance(given, Iterable) else tuple(given)
    if not all(isinstance(one, str) for one in found):
        raise OnparError(f"{what}={given!r}: expected a name, or several in a list")
    return found


def paths(given: str | os.PathLike[str] | Sequence[str | os.PathLike[str]]) -> tuple[Path, ...]:
    """The given paths; a single path becomes a tuple."""
    return (Path(given),) if isinstance(given, str | os.PathLike) else tuple(map(Path, given))
