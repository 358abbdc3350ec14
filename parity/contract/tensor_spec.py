"""Name, shape and dtype of a tensor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

ANY = -1
"""A size in a shape that depends on the case, such as a photo's height."""


@dataclass(frozen=True)
class TensorSpec:
    """Name, shape and dtype (numpy's name, such as `float32`) of one input or output.

    `groups` names the axis of an output along which each index has a noise floor of its own, the
    last (-1) for boxes; None: the channels, where they are large enough
    (`onpar.parity.contract.groups`).
    """

    name: str
    shape: tuple[int, ...]
    dtype: str = "float32"
    groups: int | None = None


def fits(shape: Sequence[int], spec: TensorSpec) -> bool:
    """Whether a shape is the spec's, where any size stands for ANY."""
    return len(shape) == len(spec.shape) and all(
        n in (size, ANY) for size, n in zip(shape, spec.shape, strict=True)
    )


def shown(shape: Sequence[int]) -> str:
    """A shape for people: `[H, W, 3]`."""
    letters = iter("HW")
    return f"[{', '.join(next(letters) if n == ANY else str(n) for n in shape)}]"
