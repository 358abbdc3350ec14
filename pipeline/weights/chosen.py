"""The model that a command or a call works on, with its build folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from onpar.pipeline.build_folder.build_lock import build_lock
from onpar.pipeline.jobs.display import display, note
from onpar.pipeline.jobs.scheduler import Watch
from onpar.pipeline.paths import Build
from onpar.pipeline.weights.choice import Choice, choose


@contextmanager
def chosen(build: Path, **model: Any) -> Iterator[tuple[Choice, Build, Watch]]:
    """The choice of the model options, the build folder, locked against other commands that write
    to it, and the progress display."""
    folder = Build(build)
    with build_lock(folder.root), display() as watch:
        choice = choose(**model, build=folder, watch=watch)
        note(choice.note)
        yield choice, folder, watch
