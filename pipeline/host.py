"""This machine, as captures and `onpar env` name it."""

from __future__ import annotations

import platform
import resource
import sys
from datetime import UTC, datetime
from pathlib import Path


def processor() -> str:
    """The processor's own name where the system tells, else its architecture."""
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def operating_system() -> str:
    """Name and version, such as `Linux 6.1 (Debian GNU/Linux 12 (bookworm))`."""
    kernel = f"{platform.system()} {platform.release()}"
    try:
        return f"{kernel} ({platform.freedesktop_os_release()['PRETTY_NAME']})"
    except (OSError, KeyError):
        return kernel


def peak_rss_mb() -> float:
    """Peak resident memory of this process in megabytes (10⁶ bytes)."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Linux counts KiB, macOS bytes (getrusage(2) of each).
    return round(peak * (1 if sys.platform == "darwin" else 1024) / 1e6, 1)


def now() -> str:
    """The time in UTC, ISO 8601, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
