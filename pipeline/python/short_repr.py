"""A result in one line, for an interpreter, a debugger and pytest's comparison of values."""

from __future__ import annotations

from onpar.parity.report.printable import clipped

MOST = 200
"""Characters of an answer; `print` shows all of it."""


def short(name: str, answer: str, **figures: object) -> str:
    """`<NAME: the answer exit_code=0, …>`. The answer may come from untrusted files."""
    listed = ", ".join(f"{key}={value}" for key, value in figures.items())
    return f"<{name}: {clipped(answer, MOST)} {listed}>"
