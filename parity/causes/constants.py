"""The constants of steps that their mistakes are computed with."""

from __future__ import annotations

from typing import Protocol


class Quantization(Protocol):
    """The scale and the zero point of integers: value = (q − zero_point) · scale."""

    @property
    def scale(self) -> float: ...
    @property
    def zero_point(self) -> int: ...


class Levels(Protocol):
    """How a picture's levels are made: x · scale + offset; `layout` is `NCHW` or `NHWC`."""

    @property
    def scale(self) -> float: ...
    @property
    def offset(self) -> float: ...
    @property
    def layout(self) -> str: ...
