"""One job in a process of its own: `python -m pipeline.child`, started by `pipeline.jobs`.

The first line on stdin is JSON: {"call": "module:function", "arguments": {...}}. Lines of JSON on
stdout are its progress ({"done": 1, "of": 4}) and, last, {"result": ...} or {"error": "..."}.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import traceback
import warnings
from importlib import import_module
from typing import IO, Any

from parity.capture import CaptureError
from parity.image import ImageError
from parity.spec import SpecError
from pipeline.errors import OnparError, in_words

MENDABLE = (OnparError, CaptureError, ImageError, SpecError)
"""Errors in the user's files, whose message says everything: no traceback, no log to look at."""

_replies: IO[str] | None = None


def progress(done: int, of: int) -> None:
    """Tell the parent how far this job is; nothing outside a job."""
    _reply({"done": done, "of": of})


def main() -> int:
    """Run the job that stdin names."""
    global _replies
    # Libraries print; whatever goes to stdout must not be taken for a reply.
    _replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    request = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    # torch announces TorchScript's end of life at every call; the formats table says it once.
    warnings.filterwarnings("ignore", category=FutureWarning, module="torch")
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    module, _, function = request["call"].partition(":")
    try:
        result = getattr(import_module(module), function)(**request["arguments"])
    except MENDABLE as error:
        _reply({"error": str(error)})
        return 2
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        traceback.print_exc()
        _reply({"error": in_words(error)})
        return 1
    _reply({"result": result})
    return 0


def _reply(message: dict[str, Any]) -> None:
    if _replies is not None:
        _replies.write(json.dumps(message) + "\n")
        _replies.flush()


def _end_with_parent() -> None:
    """The parent keeps stdin open as long as it lives; its end must not leave jobs behind."""
    sys.stdin.read()
    os._exit(1)


if __name__ == "__main__":
    # `-m` runs this file as `__main__`; jobs report through the module `pipeline.child`.
    from pipeline.child import main as run

    code = run()
    sys.stderr.flush()
    # Skips the runtimes' own teardown, which takes seconds and can crash after the work is done.
    os._exit(code)
