"""The bounds of the caller of `compare`, as a tolerance with its reason."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from numbers import Integral, Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onpar.parity.contract.groups import group_axis, group_name, peaks
from onpar.parity.contract.tensor_spec import TensorSpec
from onpar.parity.contract.tolerance import (
    FLOAT32,
    Allowed,
    Floor,
    Tolerance,
    ToleranceError,
    ToleranceRule,
    check_bound,
)
from onpar.pipeline.errors import OnparError

Number = float | np.floating[Any] | np.integer[Any]
Bound = Number | Mapping[str, Number] | None
"""One number for all arrays, or one by name; None: not stated."""

LEAST = ToleranceRule(
    FLOAT32.max_floors,
    FLOAT32.rms_floors,
    "no tolerance was stated, so onpar's smallest noise floor for float32 is assumed, "
    "4·eps·max|reference|; state noise_floor, max_abs or rms if this model's own is known",
)


@dataclass(frozen=True)
class Stated:
    """The stated bounds. `groups` is the axis along which each index has its own floor; None: the
    channels, if they are large enough."""

    max_abs: Bound
    rms: Bound
    noise_floor: Bound
    groups: int | None

    def check(self, names: Iterable[str]) -> None:
        """Raises OnparError for a bound that is negative, not finite or for a name that is not
        compared, and for two kinds of bounds at once."""
        by_caller = self.max_abs is not None or self.rms is not None
        if self.noise_floor is not None and by_caller:
            raise OnparError("noise_floor and max_abs or rms: state one of the two")
        if self.groups is not None and by_caller:
            raise OnparError("groups needs noise floors, one per index; leave out max_abs and rms")
        if self.groups is not None and not isinstance(self.groups, Integral):
            raise OnparError(f"groups is {self.groups!r}: expected an axis, such as -1")
        known = sorted(names)
        stated = {"max_abs": self.max_abs, "rms": self.rms, "noise_floor": self.noise_floor}
        for what, bound in stated.items():
            for name, value in _items(bound):
                if name not in (*known, ""):
                    raise OnparError(
                        f"{what} of {name!r}: no such array; there are {', '.join(known)}"
                    )
                try:
                    check_bound(f"{what} of {name!r}" if name else what, _plain(value))
                except ToleranceError as error:
                    raise OnparError(str(error)) from error

    def floored(self, name: str) -> bool:
        """Whether the array's tolerance comes from a noise floor."""
        return _of(self.max_abs, name) is None and _of(self.rms, name) is None

    def allowed(self, name: str, got: NDArray[Any], ref: NDArray[Any]) -> Allowed | None:
        """The array's tolerance; None if it is not known. `ref` is finite."""
        most, rms = _of(self.max_abs, name), _of(self.rms, name)
        floor = _of(self.noise_floor, name)
        if most is not None or rms is not None:
            return Allowed(None, (_stated(most, rms, ref.size),))
        if floor is None and got.dtype != np.float32:
            return None
        return self._floored(name, ref.astype(np.float64), floor)

    def _floored(self, name: str, ref: NDArray[Any], floor: float | None) -> Allowed:
        if self.groups is not None and not -ref.ndim <= self.groups < ref.ndim:
            raise OnparError(f"{name}: groups={self.groups}: it has {ref.ndim} axes")
        axis = group_axis(TensorSpec(name, ref.shape, groups=self.groups))
        each = (
            _rule(floor, peak).tolerance(Floor(*[floor or 0.0] * 2).at_least(peak), group)
            for peak, group in _groups(ref, axis)
        )
        return Allowed(axis, tuple(each))


def _groups(ref: NDArray[Any], axis: int | None) -> Iterator[tuple[float, str]]:
    """max|reference| and the name of each group."""
    for index, peak in enumerate(peaks(ref, axis)):
        yield peak, group_name(axis, index)


def _rule(floor: float | None, peak: float) -> ToleranceRule:
    """The rule of a noise floor, whose reason says if the stated floor is not the one in use."""
    if floor is None:
        return LEAST
    least = Floor(floor, floor).at_least(peak).max_abs
    if least == floor:
        return FLOAT32
    return replace(
        FLOAT32,
        reason=f"the stated noise_floor, {floor:g}, is below 4·eps·max|reference|, the smallest "
        f"noise floor of float32, which is used instead; {FLOAT32.reason}",
    )


def _stated(most: float | None, rms: float | None, size: int) -> Tolerance:
    if rms is None:
        assert most is not None
        return Tolerance(most, most, f"the caller states max_abs = {most:g}")
    if most is None:
        # The largest error is at most √n times the RMS.
        return Tolerance(rms * math.sqrt(size), rms, f"the caller states rms = {rms:g}")
    return Tolerance(most, rms, f"the caller states max_abs = {most:g} and rms = {rms:g}")


def _of(bound: Bound, name: str) -> float | None:
    value = bound.get(name) if isinstance(bound, Mapping) else bound
    return None if value is None else float(value)


def _plain(value: Any) -> Any:
    """A number of numpy as Python's: `np.abs(got - reference).max()` is one. Others as given."""
    try:
        return float(value) if isinstance(value, Real) else value
    except OverflowError:
        return math.inf


def _items(bound: Bound) -> Iterable[tuple[str, Number]]:
    if isinstance(bound, Mapping):
        return bound.items()
    return () if bound is None else (("", bound),)
