"""The known mistakes of each stage: each computes the stage's value with the mistake.

One table per file; `onpar.parity.causes.diagnose` tries them. A mistake returns None if it is
impossible: the tensor has another rank, or a constant that it needs is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onpar.parity.causes.constants import Levels, Quantization
from onpar.parity.image.fit import Fitting, Normalization

Tensor = NDArray[Any]


@dataclass(frozen=True)
class Fault:
    """A step that made `got` instead of `ref`, which may have another shape.

    `given` is the tensor that the step took. `fitting` and `normalization` are the constants of how
    the photo was prepared, `quantization` and `picture` those of integers and of a picture. Each is
    None where it is not known, or has no part in it.
    """

    got: Tensor
    ref: Tensor
    given: Tensor | None = None
    fitting: Fitting | None = None
    normalization: Normalization | None = None
    quantization: Quantization | None = None
    picture: Levels | None = None


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

Part = tuple[Fault, Table]
"""A fault, or a part of one, and mistakes to try for it."""


@dataclass(frozen=True)
class Mistakes:
    """The mistakes of one kind of tensor: `parts` gives those to try for a fault, table by table.

    `names` says that the numbers are names, such as classes, which are equal or not. `thin` says
    that of a large image only some rows and columns are compared.
    """

    parts: Callable[[Fault], Iterator[Part]]
    names: bool = False
    thin: bool = False


def always(mistakes: Callable[[Fault], Table]) -> Callable[[Fault], Iterator[Part]]:
    """The `parts` of mistakes in a single table, which are tried for the whole fault."""

    def parts(fault: Fault) -> Iterator[Part]:
        yield fault, mistakes(fault)

    return parts


def nearer(fault: Fault, *candidates: Tensor) -> Tensor:
    """Of several ways to make one mistake, the one that is nearest to the value that was got."""
    fitting = [one for one in candidates if one.shape == fault.got.shape]
    if not fitting:
        return candidates[0]
    return min(fitting, key=lambda one: float(abs(fault.got.astype(float) - one).mean()))
