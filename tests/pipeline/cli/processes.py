"""Processes, as the system lists them."""

from __future__ import annotations

import subprocess
import time
from contextlib import suppress
from pathlib import Path


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


def of_session(leader: int) -> dict[int, str]:
    """The processes that live in the session of `leader`, which no zombie does, with their
    commands. Linux."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            # Behind the name, which may hold anything: state, parent, group, session (proc(5)).
            state, _, _, session = (folder / "stat").read_text().rpartition(")")[2].split()[:4]
            if int(session) == leader and state not in "ZX":
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ")
                found[int(folder.name)] = command.decode(errors="replace")[:200]
    return found


def left_of_session(leader: int, seconds: float) -> dict[int, str]:
    """The processes that still live in it after that time, or none as soon as all have ended."""
    until = time.monotonic() + seconds
    while True:
        left = of_session(leader)
        if not left or time.monotonic() > until:
            return left
        time.sleep(0.02)
