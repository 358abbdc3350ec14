"""Maven, which compiles what is Java: where it keeps what it fetches, and its errors in words."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from subprocess import DEVNULL, PIPE, STDOUT

from pipeline.android_tools import tool
from pipeline.errors import OnparError
from pipeline.paths import ANDROID

NOT_THERE = ("in offline mode", "has not been downloaded", "could not be resolved")
"""What Maven says of something that it has not got."""


def repository() -> Path:
    """The folder in which Maven keeps what it has fetched: its settings', else `~/.m2`."""
    home = Path.home() / ".m2"
    try:
        text = (home / "settings.xml").read_text("utf-8")
    except OSError:
        text = ""
    said = re.search(r"<localRepository>([^<$]+)</localRepository>", text)
    return Path(said[1].strip()) if said else home / "repository"


def maven(*words: str, kept: Path, log: Path, online: bool, pom: Path = ANDROID / "pom.xml") -> str:
    """Run Maven with what it has in the folder `kept`, and with the network where `online`; its
    output is left in `log`, too. Its downloads show on a terminal.

    Raises OnparError with Maven's own first error.
    """
    shown = online and sys.stderr.isatty()
    tool("javac")
    command = [tool("mvn"), "-f", str(pom), f"-Dmaven.repo.local={kept.resolve()}", *words]
    command += ["-Dstyle.color=never"] if shown else ["-B", "-ntp"]
    command += [] if online else ["-o"]
    log.parent.mkdir(parents=True, exist_ok=True)
    # By pieces: on a terminal Maven draws its progress on one line, which it never ends.
    with (
        log.open("wb") as file,
        subprocess.Popen(command, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT) as process,
    ):
        assert process.stdout
        while piece := os.read(process.stdout.fileno(), 1 << 16):
            file.write(piece)
            if shown:
                sys.stderr.buffer.write(piece)
                sys.stderr.flush()
    output = log.read_text("utf-8", "replace")
    if process.returncode:
        raise OnparError(_why(output, log))
    return output


def _why(output: str, log: Path) -> str:
    lines = [line for line in re.split(r"[\r\n]+", output) if line.startswith("[ERROR]")]
    first = lines[0].removeprefix("[ERROR]").strip() if lines else "no error named"
    advice = f"the whole output is in {log}"
    if any(words in line for line in lines for words in NOT_THERE):
        advice = f"connect to the network, and run it again; {advice}"
    return f"Maven failed: {first}; {advice}"
