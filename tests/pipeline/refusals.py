"""What a refusal looks like: exit code 2, and one screen of words that no traceback is among."""

from __future__ import annotations

from pathlib import Path

from builds import RECIPE, onpar

SEEDED = ("--recipe", RECIPE, "--weights", "seeded:0", "--size", "96x160")
"""What `wide_build` was made with."""

SCREEN = 24


def refusal(*arguments: str | Path) -> str:
    """The last line that `onpar` writes to stderr when it refuses the arguments."""
    done = onpar(*arguments)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) <= SCREEN
    assert all(len(line) < 800 for line in lines)
    return lines[-1]
