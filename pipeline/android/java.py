"""Java programs that capture: whether they can run here, and running them."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from pipeline.errors import OnparError

OLDEST = 17
"""The Java that they are compiled for."""

PATIENCE = 600.0
"""Seconds without another capture after which one hangs: a photo at 400×400 takes below 10."""


def found_java() -> str:
    """Its path. Raises OnparError where there is none, or one that is too old."""
    java = shutil.which("java")
    if java is None or lacks_java():
        raise OnparError(lacks_java())
    return java


def lacks_java() -> str:
    """What is wrong with this machine's Java; empty where nothing is."""
    version = java_version()
    if _major(version) >= OLDEST:
        return ""
    got = f"Java is {version}" if version else "no Java is installed"
    return f"{got}, it needs {OLDEST} or newer"


def java_version() -> str:
    """What this machine's Java says that it is, such as 17.0.15; empty where there is none."""
    java = shutil.which("java")
    return _version(java) if java else ""


@cache
def _version(java: str) -> str:
    try:
        done = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    found = re.search(r'version "([^"]+)"', done.stderr)
    return found[1] if found and not done.returncode else ""


def _major(version: str) -> int:
    """17 of 17.0.15; of Java 8, which called itself 1.8, 1."""
    found = re.match(r"\d+", version)
    return int(found[0]) if found else 0


def wait(
    process: subprocess.Popen[bytes], outs: Sequence[Path], done: Callable[[int], None]
) -> None:
    """Until it has ended; `done` is told how many of the captures are there. Raises OnparError
    where it hangs."""
    written, since = 0, time.monotonic()
    while True:
        try:
            process.wait(0.1)
            return
        except subprocess.TimeoutExpired:
            pass
        before, written = written, sum(out.exists() for out in outs)
        if written > before:
            done(written)
            since = time.monotonic()
        elif time.monotonic() - since > PATIENCE:
            raise OnparError(
                f"it hangs: {written} of {len(outs)} captures written, and no other for "
                f"{PATIENCE:.0f} s; run it by hand (docs/android.md) to see where"
            )


def crashed(code: int, said: str) -> RuntimeError:
    """What a JVM died of that nobody foresaw; all that it said is in the job's log."""
    print(said)
    lines = [line.strip() for line in said.splitlines() if line.strip() and "WARN" not in line]
    cause = f"signal {-code}" if code < 0 else f"exit code {code}"
    return RuntimeError(
        f"Java ended with {cause}: {lines[0][:200] if lines else 'it said nothing'}"
    )
