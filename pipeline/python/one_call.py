"""The context of every call from Python that may start jobs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import current_process

from onpar.pipeline.errors import OnparError, as_message
from onpar.pipeline.jobs.loading import being_loaded
from onpar.pipeline.python.options import for_caller

GUARD = 'put the call under `if __name__ == "__main__":`'


@contextmanager
def one_call(name: str) -> Iterator[None]:
    """The context for a call of `onpar.<name>`. Raises OnparError if it cannot start processes, the
    disk is full or a folder cannot be written. Its messages have the names of arguments, not of the
    command's options."""
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
    except OnparError as error:
        error.args = (for_caller(str(error)),)
        raise
    except UnicodeEncodeError as error:
        raise OnparError(f"{error.object!a} is not UTF-8; rename the file or folder") from error
    except OSError as error:
        raise OnparError(for_caller(as_message(error))) from error
