"""What a model makes of a photo, and a task: what is recorded of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Truth = NDArray[np.uint8] | int | None
"""The truth of a photo: a mask u8 [h, w], the class of its label, or unknown."""


@dataclass(frozen=True)
class Output:
    """What a model made of a photo.

    shown         the tensors of the chain's last step
    taken         the tensor that the last step took; None if the file performs that step itself
    scores        the network's output that this was made of; None if the file does not return it
    milliseconds  how long the file or the network ran
    """

    shown: tuple[NDArray[Any], ...]
    taken: NDArray[Any] | None
    scores: NDArray[Any] | None
    milliseconds: float


def no_fault(_mask: NDArray[np.uint8], _step: Any) -> str:
    """For a task whose masks may have any known class."""
    return ""


@dataclass(frozen=True)
class Task:
    """How an image of a task is recorded.

    what      what the last step makes, in the plural
    truth     the option that gives the truth: `masks` or `labels`
    compare   of the last step, a model's output, the float reference's and the truth, what the
              record holds; raises ValueError for an output that cannot be compared
    fault     why a mask cannot be the truth of the last step; empty if it can
    """

    what: str
    truth: str
    compare: Callable[[Any, Output, Output, Any], Any]
    fault: Callable[[NDArray[np.uint8], Any], str] = no_fault
