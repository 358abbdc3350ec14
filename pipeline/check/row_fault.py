"""An unexpected exception, as the status of its row."""

from __future__ import annotations

import traceback
from pathlib import Path

from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import StageVerdict
from onpar.pipeline.errors import as_message
from onpar.pipeline.paths import ROOT

OWN_FOLDERS = tuple(ROOT / name for name in ("exporters", "parity", "pipeline"))


def fault(error: Exception, what: str) -> StageVerdict:
    """UNREADABLE, with the exception, its place in onpar's code and what to report; `what` is the
    file at fault. It fails the run, but does not stop it."""
    detail = (
        f"{what}: onpar failed on it ({_short(as_message(error))}, at {place(error)}); this is a "
        "bug in onpar: please report it with this file"
    )
    return StageVerdict("file", Status.UNREADABLE, detail)


def place(error: Exception) -> str:
    """`parity/judge/judge.py:12`, the innermost line of onpar in the traceback; without one, only a
    file name."""
    frames = traceback.extract_tb(error.__traceback__)
    for frame in reversed(frames):
        path = Path(frame.filename).resolve()
        if any(path.is_relative_to(folder) for folder in OWN_FOLDERS):
            return f"{path.relative_to(ROOT).as_posix()}:{frame.lineno}"
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "unknown"


def _short(text: str) -> str:
    return " ".join(text.split())[:200]
