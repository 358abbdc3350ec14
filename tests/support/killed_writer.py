"""A writer in a process of its own that is killed in the middle."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from onpar.parity.files.atomic import TEMPORARY, sweep


def kill_in_the_middle(code: str, path: Path) -> None:
    """Run the code, which begins to write `path`, prints `half` and waits; kill it there.

    A sweep must leave its temporary alone while it lives, and it leaves that behind."""
    command = [sys.executable, "-c", code, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "half\n"
        [temporary] = path.parent.glob(f"{TEMPORARY}*")
        sweep(path.parent)
        assert temporary.exists(), "its process is still writing"
        writer.send_signal(signal.SIGKILL)
    assert temporary.exists()
