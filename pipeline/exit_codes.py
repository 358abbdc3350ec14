"""The exit codes of every command: one table."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from onpar.parity.judge.conclusion import Conclusion


class ExitCode(IntEnum):
    """The exit code of a command; if several apply, the first in PRECEDENCE."""

    ON_PAR = 0
    NOT_ON_PAR = 1
    USAGE = 2
    UNJUDGED = 3
    STOPPED = 130


MEANING = {
    ExitCode.ON_PAR: "on par, or done",
    ExitCode.NOT_ON_PAR: "not on par, or a stage failed",
    ExitCode.USAGE: "wrong usage or input",
    ExitCode.UNJUDGED: "something chosen is UNJUDGED or not known (0 with --allow-unjudged)",
    ExitCode.STOPPED: "stopped by Ctrl-C",
}
"""The text in `onpar --help` and in the README."""

PRECEDENCE = (
    ExitCode.STOPPED,
    ExitCode.USAGE,
    ExitCode.NOT_ON_PAR,
    ExitCode.UNJUDGED,
    ExitCode.ON_PAR,
)

BY_CONCLUSION = {
    Conclusion.INVALID: ExitCode.USAGE,
    Conclusion.FAILED: ExitCode.NOT_ON_PAR,
    Conclusion.OPEN: ExitCode.UNJUDGED,
    Conclusion.ON_PAR: ExitCode.ON_PAR,
}
"""The exit code of `check` and `parity`, by the outcome of the run."""


def exit_code(found: Iterable[ExitCode], allow_unjudged: bool = False) -> ExitCode:
    """The first exit code by precedence, ON_PAR if none is given; `allow_unjudged` is the option of
    that name."""
    first = min(found, key=PRECEDENCE.index, default=ExitCode.ON_PAR)
    return ExitCode.ON_PAR if allow_unjudged and first is ExitCode.UNJUDGED else first


def after(errors: Iterable[object]) -> ExitCode:
    """For a stage: NOT_ON_PAR if something failed."""
    return ExitCode.NOT_ON_PAR if any(True for _ in errors) else ExitCode.ON_PAR
