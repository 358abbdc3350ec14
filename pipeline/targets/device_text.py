"""Text that a device says. It may hold anything, and is cleaned before it is shown or kept."""

from __future__ import annotations

import hashlib
import re


def one_line(said: str) -> str:
    """Text from a device, in one line of at most 300 printable characters."""
    words = " ".join(said.split())
    return "".join(c if c.isprintable() else "�" for c in words)[:300]


def model_name(said: str) -> str:
    """A device's model, at most 40 characters, with none that a file's name may not hold."""
    return re.sub(r"[^A-Za-z0-9.+-]+", " ", said).strip(" .")[:40]


def device_name(model: str, identifier: str) -> str:
    """The model, and four digits of the identifier's digest: they tell two devices of one model
    apart, and do not give the identifier away."""
    return f"{model} #{hashlib.sha256(identifier.encode()).hexdigest()[:4]}"
