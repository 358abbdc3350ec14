"""Java programs that capture: whether they can run here, and running them."""

from __future__ import annotations

import re
import shutil
import subprocess
from functools import cache

from onpar.pipeline.errors import OnparError

OLDEST_JAVA = 17
"""The Java that they are compiled for."""

QUICK_START = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""For what takes seconds, most of them Java's own start: Robolectric takes 6 to 7 s of one core
instead of 13, a Maven build 9 instead of 14 (.ci/android has these too)."""


def found_java() -> str:
    """Its path. Raises OnparError where there is none, or one that is too old."""
    java = shutil.which("java")
    if java is None or unmet_java_requirement():
        raise OnparError(unmet_java_requirement())
    return java


def unmet_java_requirement() -> str:
    """What is wrong with this machine's Java; empty where nothing is."""
    version = java_version()
    if _major(version) >= OLDEST_JAVA:
        return ""
    got = f"Java is {version}" if version else "no Java is installed"
    return f"{got}, it needs {OLDEST_JAVA} or newer"


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
