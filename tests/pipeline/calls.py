"""How the tests call `onpar`, and what a refusal looks like: exit code 2, and a few words."""

from __future__ import annotations

from pathlib import Path
from subprocess import CompletedProcess

from builds import RECIPE
from here import onpar_here

from onpar.parity.files.atomic import TEMPORARY

SEEDED = ("--recipe", RECIPE, "--weights", "seeded:0", "--size", "96x160")
"""The model of `wide_build`."""

SCREEN = 24


def export(build: Path, *formats: str) -> list[str | Path]:
    """The arguments that export what `wide_build` has."""
    chosen = [word for name in formats for word in ("--format", name)]
    return ["export", *SEEDED, *chosen, "--build", build]


def temporaries(build: Path) -> list[Path]:
    """Files of the build that are being written, or were when their process died."""
    return list((build / "artifacts").glob(f"{TEMPORARY}*"))


def refusal(*arguments: str | Path) -> str:
    """The last line that `onpar` writes to stderr when it refuses the arguments."""
    return refused(onpar_here(*arguments))


def refused(done: CompletedProcess[str]) -> str:
    """The last line of stderr of a command that was refused."""
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) <= SCREEN
    assert all(len(line) < 800 for line in lines)
    return lines[-1]
