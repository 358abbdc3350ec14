"""What a model makes of a photo, and a task: what is recorded of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Truth = NDArray[np.uint8] | int | None
"""The truth of a photo: a mask u8 [h, w], the class of its label, or unknown."""


MOST_APART = 2 * float(np.finfo(np.float32).max)
"""How far two scores, which are float32, can be apart."""


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

    what           what the last step makes, in the plural
    truth          the option that gives the truth: `masks` or `labels`
    seen           the type of what a record holds of a model
    compare        of the last step, a model's output, the float reference's and the truth, what the
                   record holds; raises ValueError for an output that cannot be compared
    record_faults  how what a record holds of a model contradicts the last step, the shape of what
                   that makes, what the record holds of the float reference (of which it is called
                   first), and the record's `truth`; each fault relies on those before it
    fault          why a mask cannot be the truth of the last step; empty if it can
    """

    what: str
    truth: str
    seen: type
    compare: Callable[[Any, Output, Output, Any], Any]
    record_faults: Callable[[Any, tuple[int, ...], Any, Any, str], Iterator[str]]
    fault: Callable[[NDArray[np.uint8], Any], str] = no_fault
