"""The error of an exporter, and short messages of other packages' errors."""

from __future__ import annotations


class ExportError(ValueError):
    """A model that a format does not support; the message says why, and what to do."""


def left_out(name: str) -> str:
    """The end of an error message: how a recipe leaves out a format, a variant, a target, or a
    target's format (`mil:coreml`)."""
    return f'in the recipe left_out={{"{name}": "why"}}'


MAX_MESSAGE_LENGTH = 200
"""Characters shown of another package's error: the beginning says what is wrong."""


def first_line(error: BaseException) -> str:
    """The first line of an error's message, which may have pages."""
    line = (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(":.")
    return (
        line
        if len(line) <= MAX_MESSAGE_LENGTH
        else line[:MAX_MESSAGE_LENGTH].rsplit(" ", 1)[0] + " …"
    )
