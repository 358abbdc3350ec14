"""How a conversion that was evaluated compares with the module that it was made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Checked:
    """A conversion, compared with the module that it was made of.

    off      the largest error as a multiple of what the same arithmetic may be off by: up to 1 is
             right; more, and there may be a better way to convert
    fault    why the conversion is wrong, whatever else there is; empty where it is not
    unknown  why it could not be compared; empty where it was
    """

    off: float = 0.0
    fault: str = ""
    unknown: str = ""

    @property
    def right(self) -> bool:
        return not self.fault and not self.unknown and self.off <= 1


Check = Callable[[Path, Any, Any], Checked]
"""Compare a saved package with a module that returns a tuple, or a class map. The third is the
program of torch.export that it was made of, or None: a fault is then found in it."""
