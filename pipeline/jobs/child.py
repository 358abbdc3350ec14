"""One job in a separate process, started by `onpar.pipeline.jobs.scheduler`.

The job sends JSON messages to the process that started it: its progress ({"done": 1, "of": 4})
and, last, {"result": ...} or {"error": "..."}.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sys
import threading
import traceback
import warnings
from contextlib import suppress
from importlib import import_module
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from onpar.parity.contract.capture import CaptureError
from onpar.parity.contract.spec import SpecError
from onpar.parity.files.fresh_file import open_fresh
from onpar.parity.image.image_error import ImageError
from onpar.pipeline.errors import OnparError, as_message
from onpar.pipeline.jobs.parent_death import end_with_forker

USER_ERRORS = (OnparError, CaptureError, ImageError, SpecError)
"""Errors in the user's files. Their message says everything, without a traceback or a log."""

_replies: Connection | None = None


def progress(done: int, of: int) -> None:
    """Report this job's progress to the parent; does nothing outside a job."""
    _reply({"done": done, "of": of})


def in_job() -> bool:
    """Whether this process is a job's."""
    return _replies is not None


def run_child(
    call: str,
    arguments: dict[str, Any],
    replies: Connection,
    log: str,
    environment: dict[str, str],
) -> None:
    """Call `module:function`, reply, and end the process: 0, 1 for an unexpected error, 2 for one
    that the user can fix, 130 for Ctrl-C. All output goes to the new file `log`; the environment
    variables are only `environment`."""
    global _replies
    _replies = replies
    os.environ.clear()
    os.environ.update(environment)
    try:
        file = open_fresh(Path(log))
    except OSError as error:
        why = error.strerror or error
        advice = "remove it, or write elsewhere with --build DIR"
        _reply({"error": f"{log}: the job's log cannot be written ({why}); {advice}"})
        sys.exit(2)
    os.dup2(file, 1)
    os.dup2(file, 2)
    end_with_forker()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    code = _run(call, arguments)
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):
            stream.flush()
    sys.exit(code)


def _run(call: str, arguments: dict[str, Any]) -> int:
    # torch warns of TorchScript's end of life at every call; the table of formats says it once.
    warnings.filterwarnings("ignore", category=FutureWarning, module="torch")
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    module, _, function = call.partition(":")
    try:
        # Blocked since the start (start_process.py).
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
        _reply({"result": getattr(import_module(module), function)(**arguments)})
    except USER_ERRORS as error:
        _reply({"error": str(error)})
        return 2
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        _reply({"error": as_message(error)})
        with suppress(OSError):  # on a full disk the log cannot be written either
            traceback.print_exc()
        return 1
    return 0


def _reply(message: dict[str, Any]) -> None:
    if _replies is not None:
        _replies.send_bytes(json.dumps(message).encode())


def _end_with_parent() -> None:
    """End this job when the parent ends."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os._exit(1)
