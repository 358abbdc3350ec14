"""This machine, for captures and `onpar env`."""

from __future__ import annotations

import platform
import resource
import sys
from datetime import UTC, datetime
from functools import cache
from pathlib import Path


def processor() -> str:
    """The processor's model name if the system reports it, else its architecture."""
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


@cache
def saturates_int8() -> bool:
    """Whether onnxruntime's sums of u8 times s8 saturate on this processor: on x86-64 without VNNI,
    VPMADDUBSW adds in 16 bits (onnxruntime's page on quantization). False if Linux does not report
    it."""
    if platform.machine().lower() not in ("x86_64", "amd64"):
        return False
    try:
        flags = Path("/proc/cpuinfo").read_text().split()
    except OSError:
        return False
    return not {"avx512_vnni", "avx_vnni"} & set(flags)


def unlike_phones(format_name: str, precision: str) -> str:
    """Why this machine cannot compute what a phone computes with such a file; empty if it can."""
    if (format_name, precision) != ("ort", "int8") or not saturates_int8():
        return ""
    return (
        "this machine's processor has no VNNI, so onnxruntime's sums of int8 saturate, unlike on "
        "phones; the .onnx that this file is made from avoids that: compare that file instead"
    )


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
