"""A rule for names that Python, Java and C++ hold alike (`parity/limits/limits.json`)."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class NameRule:
    """Which names are allowed.

    `pattern` is a class of characters for the first one and another for the rest: `[A-Z][a-z]*`.
    The length is counted in bytes of UTF-8, as file systems count it. `expected` completes a
    sentence that ends in "expected".
    """

    pattern: str
    min_bytes: int
    max_bytes: int
    expected: str

    def fits(self, name: object) -> bool:
        """Whether it is a string that follows the rule."""
        if not isinstance(name, str) or not re.fullmatch(self.pattern, name):
            return False
        try:
            return self.min_bytes <= len(name.encode()) <= self.max_bytes
        except UnicodeEncodeError:  # Half of a surrogate pair, which no file may hold.
            return False
