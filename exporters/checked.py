"""The result of comparing a conversion with its module."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Checked:
    """A conversion, compared with the module that it was made from.

    off      the largest error as a multiple of the error that its arithmetic may have: up to 1 is
             right; above 1 there may be a better conversion
    fault    why the conversion is wrong and must not be used; empty if it is not
    unknown  why it could not be compared; empty if it was
    """

    off: float = 0.0
    fault: str = ""
    unknown: str = ""

    @property
    def right(self) -> bool:
        return not self.fault and not self.unknown and self.off <= 1


Check = Callable[[Path, Any, Any], Checked]
"""Compares a saved package with a module that returns a tuple, or a class map. The third argument
is the program of torch.export that the package was made from, to find the operator at fault, or
None."""
