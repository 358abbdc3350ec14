"""Text from a device. It may have any content, and is cleaned before it is shown or saved."""

from __future__ import annotations

import hashlib
import re


def one_line(said: str) -> str:
    """Text from a device, in one line of at most 300 printable characters."""
    words = " ".join(said.split())
    return "".join(c if c.isprintable() else "�" for c in words)[:300]


def model_name(said: str) -> str:
    """A device's model name, at most 40 characters, all of them allowed in file names."""
    return re.sub(r"[^A-Za-z0-9.+-]+", " ", said).strip(" .")[:40]


def device_name(model: str, identifier: str) -> str:
    """The model, and four digits of the identifier's digest, which distinguish two devices of one
    model without showing the identifier."""
    return f"{model} #{hashlib.sha256(identifier.encode()).hexdigest()[:4]}"
