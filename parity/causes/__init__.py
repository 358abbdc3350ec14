"""The known mistakes of each stage: each computes the stage's value with the mistake.

One table per file; `onpar.parity.causes.diagnose` tries them. A mistake returns None if it is
impossible: the tensor has another rank, or a constant that it needs is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onpar.parity.contract.spec import ImagePrep

Tensor = NDArray[Any]


@dataclass(frozen=True)
class Fault:
    """A stage whose value is `got` instead of `ref`, which may have another shape.

    `given` is the tensor of the previous stage, and `prep` the recipe's image preparation; either
    may be None.
    """

    got: Tensor
    ref: Tensor
    given: Tensor | None = None
    prep: ImagePrep | None = None


def is_image(tensor: Tensor | None) -> bool:
    """u8 [h, w, 3] with a pixel at least."""
    return (
        tensor is not None
        and tensor.ndim == 3
        and tensor.shape[2] == 3
        and tensor.size > 0
        and tensor.dtype == np.uint8
    )


Mistake = Callable[[Fault], Tensor | None]

Table = Mapping[str, Mistake]
"""Mistakes by the sentence that names them, which begins in lower case and has no full stop."""


def nearer(fault: Fault, *candidates: Tensor) -> Tensor:
    """Of several ways to make one mistake, the one that is nearest to the value that was got."""
    fitting = [one for one in candidates if one.shape == fault.got.shape]
    if not fitting:
        return candidates[0]
    return min(fitting, key=lambda one: float(abs(fault.got.astype(float) - one).mean()))
