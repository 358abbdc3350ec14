"""Processes, as the system lists them."""

from __future__ import annotations

import subprocess
import time


def children(parent: int) -> list[int]:
    """The processes that `parent` has started."""
    lines = subprocess.check_output(["ps", "-A", "-o", "pid=,ppid="], text=True).splitlines()
    pairs = [tuple(map(int, line.split())) for line in lines]
    return [process for process, its_parent in pairs if its_parent == parent]


def gone(process: int) -> bool:
    """Whether the process has ended within 20 s; a zombie that nobody collects has."""
    for _ in range(200):
        command = ["ps", "-o", "stat=", "-p", str(process)]
        state = subprocess.run(command, capture_output=True, text=True).stdout.strip()
        if state[:1] in ("", "Z"):
            return True
        time.sleep(0.1)
    return False
