"""Text that came out of a file from elsewhere, made safe to show."""

from __future__ import annotations


def printable(text: str) -> str:
    """`text` with every character that is not printable replaced by U+FFFD, line ends by spaces.

    Not printable (`str.isprintable`) are control characters, such as those that drive a terminal
    and those that XML 1.0 forbids; format characters, such as those that reverse the direction of
    reading; and surrogates, which cannot be encoded.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else "\ufffd" for c in " ".join(text.splitlines()))


def clipped(text: str, length: int) -> str:
    """Printable `text` of at most `length` characters; an ellipsis stands for what is cut off."""
    text = printable(text)
    return text if len(text) <= length else text[: length - 1] + "…"
