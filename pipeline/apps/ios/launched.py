"""The iOS app, started with its console attached: the command ends with the app."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from onpar.pipeline.apps.ios.xcode import meaning
from onpar.pipeline.jobs.parent_death import ending

APP = os.environ.get("ONPAR_IOS_APP", "org.onpar.app")
"""The app's bundle identifier. Apple assigns each identifier to one team, so an app that another
team runs on a phone has another identifier."""

FOLDER = "Documents/capture"
"""Where in its container the app looks for the requested folder."""

END_TIMEOUT = 10.0
"""Seconds that a command has to end before it is killed."""

LAST_BYTES = 16 << 10
"""Bytes of the console that are read: its end says why the app is gone."""

DEVICECTL_LINES = (
    "Launched application with",
    "Waiting for the application to terminate",
    "Acquired ",
    "Enabling developer disk image",
    f"{APP}: ",
)
"""How the tool's lines begin without an error; some have the time before that."""


@dataclass(frozen=True)
class Launched:
    """The command that is attached to the app's console, and the file with its output."""

    process: subprocess.Popen[bytes]
    console: IO[bytes]

    def alive(self) -> bool:
        """Whether the app still runs."""
        return self.process.poll() is None

    def gone(self, written: str) -> str:
        """Why the app is gone, with how many captures it wrote."""
        size = self.console.seek(0, os.SEEK_END)
        self.console.seek(max(0, size - LAST_BYTES))
        said = self.console.read().decode(errors="replace").splitlines()
        lines = [re.sub(r"^\d\d:\d\d:\d\d\s+", "", line.strip()) for line in said]
        shown = [line for line in lines if line and not line.startswith(DEVICECTL_LINES)]
        started = any("Launched application" in line or f"{APP}: " in line for line in said)
        if not started:
            return f"the app cannot be started: {meaning(' '.join(shown))}"
        last = meaning(shown[-1]) if shown else "its console says nothing"
        return f"the app crashed, {written} ({last})"


def arguments(cases: Sequence[str], folder: str, threads: int, runs: int) -> list[str]:
    """The app's arguments: the cases, none for all; the folder; the number of threads and of
    runs."""
    counts = ["-threads", str(threads), "-runs", str(runs)]
    return ["-capture", ",".join(cases) or "all", "-folder", folder, *counts]


@contextmanager
def launched(words: Sequence[str]) -> Iterator[Launched]:
    """Run the command that starts the app; the end of the block ends the command and the app."""
    with tempfile.TemporaryFile() as console:
        process = subprocess.Popen(
            ["xcrun", *words],
            stdin=subprocess.DEVNULL,
            stdout=console,
            stderr=console,
            preexec_fn=ending,
        )
        try:
            yield Launched(process, console)
        finally:
            process.terminate()
            try:
                process.wait(END_TIMEOUT)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
