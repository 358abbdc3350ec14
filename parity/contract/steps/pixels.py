"""Is what a step takes an image, and is a constant a colour?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from onpar.parity.contract.tensor_spec import TensorSpec, shown
from onpar.parity.limits.limits import MAX_LEVEL


def image_faults(takes: Sequence[str], given: Sequence[TensorSpec]) -> Iterator[str]:
    """A sentence for what a step takes if that is not pixels u8 [h, w, 3]."""
    for name, spec in zip(takes, given, strict=True):
        if spec.dtype != "uint8" or len(spec.shape) != 3 or spec.shape[2] != 3:
            yield (
                f"takes {name}, {spec.dtype} {shown(spec.shape)}, expected pixels uint8 "
                "[height, width, 3]"
            )


def colour_faults(palette: Sequence[Any], count: int) -> Iterator[str]:
    """Sentences for a palette that is not `count` colours."""
    if len(palette) != count:
        yield f"palette has {len(palette)} colours for {count} classes"
    for colour in palette:
        if not is_colour(colour):
            yield (
                f"palette has the colour {str(colour)[:80]}, expected three levels of 0 to "
                f"{MAX_LEVEL}"
            )


def is_colour(levels: Any) -> bool:
    """Whether these are three levels: R, G and B."""
    return len(levels) == 3 and all(type(n) is int and 0 <= n <= MAX_LEVEL for n in levels)
