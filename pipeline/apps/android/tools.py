"""The programs that build an APK, and their errors as messages."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from onpar.pipeline.errors import OnparError
from onpar.pipeline.jobs.parent_death import ending


def tool(name: str) -> str:
    """The path of a program. Raises OnparError if it is not installed."""
    path = shutil.which(name)
    if path is None:
        raise OnparError(f"{name} is not installed; `make system` installs what the app needs")
    return path


def java_home() -> Path:
    """The folder of the JDK whose compiler `javac` is."""
    return Path(tool("javac")).resolve().parents[1]


def run(*words: str | Path) -> str:
    """Run a program, and give its output. Raises OnparError with the program's message if it
    fails."""
    name = Path(words[0]).name
    command = [tool(str(words[0])), *map(str, words[1:])]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        preexec_fn=ending,
    )
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip() or "no message").splitlines()
        raise OnparError(
            f"{name} failed with {done.returncode} ({said[0][:300]}); the command was: "
            f"{' '.join(command)[:300]}"
        )
    return done.stdout
