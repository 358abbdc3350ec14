"""What an exporter refuses, and what others' errors say."""

from __future__ import annotations


class ExportError(ValueError):
    """A model that a format cannot hold; the message says why, and what to do."""


def left_out(name: str) -> str:
    """How a recipe does without a format, a variant, a target, or a target's format (`mil:coreml`),
    as the end of an error."""
    return f'in the recipe left_out={{"{name}": "why"}}'


MAX_MESSAGE_LENGTH = 200
"""Characters of what another's error says: the point of it stands in front."""


def first_line(error: BaseException) -> str:
    """What an error says, without the pages that may follow."""
    line = (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(":.")
    return (
        line
        if len(line) <= MAX_MESSAGE_LENGTH
        else line[:MAX_MESSAGE_LENGTH].rsplit(" ", 1)[0] + " …"
    )
