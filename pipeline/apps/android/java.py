"""The Java programs that capture: whether they can run here, and how."""

from __future__ import annotations

import re
import shutil
import subprocess
from functools import cache

from onpar.pipeline.errors import OnparError

OLDEST_JAVA = 17
"""The Java version that they are compiled for."""

QUICK_START = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""Options for short runs, which are mostly Java's own start: Robolectric takes 6 to 7 s of one core
instead of 13, a Maven build 9 instead of 14 (.ci/android has these too)."""


def found_java() -> str:
    """The path of Java. Raises OnparError if it is missing or too old."""
    java = shutil.which("java")
    if java is None or unmet_java_requirement():
        raise OnparError(unmet_java_requirement())
    return java


def unmet_java_requirement() -> str:
    """What is wrong with this machine's Java; empty if nothing is."""
    version = java_version()
    if _major(version) >= OLDEST_JAVA:
        return ""
    got = f"Java is {version}" if version else "no Java is installed"
    return f"{got}, it needs {OLDEST_JAVA} or newer"


def java_version() -> str:
    """The version of this machine's Java, such as 17.0.15; empty if there is none."""
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
    """17 for 17.0.15; 1 for Java 8, which reports 1.8."""
    found = re.match(r"\d+", version)
    return int(found[0]) if found else 0
