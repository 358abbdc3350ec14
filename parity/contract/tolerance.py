"""The allowed error, and why. A tolerance always has a finite size and a reason."""

from __future__ import annotations

import sys
from dataclasses import dataclass

EPS = 2.0**-23
"""Spacing of float32 above 1 (numpy.finfo(float32).eps)."""


class ToleranceError(ValueError):
    """A tolerance that would excuse anything, or that has no reason."""


def check_bound(name: str, value: float) -> None:
    """Raises ToleranceError unless the value is finite and not negative."""
    if not (isinstance(value, int | float) and 0 <= value <= sys.float_info.max):
        raise ToleranceError(f"{name} is {value!r}: must be a finite number of at least 0")


def check_reason(reason: str) -> None:
    """Raises ToleranceError for an empty reason."""
    if not (isinstance(reason, str) and reason.strip()):
        raise ToleranceError("a tolerance needs a reason")


@dataclass(frozen=True)
class Floor:
    """The error of eager float32 itself against the float64 reference: worst max and worst RMS."""

    max_abs: float
    rms: float

    def __post_init__(self) -> None:
        for name, value in (("max_abs", self.max_abs), ("rms", self.rms)):
            check_bound(f"noise floor {name}", value)

    def at_least(self, peak: float) -> Floor:
        """At least 4·eps·peak, with `peak` = max|reference| (the same with RMS): a golden that
        happens to round well must not demand more precision than float32 has."""
        least = 4 * EPS * peak
        return Floor(max(self.max_abs, least), max(self.rms, least))


@dataclass(frozen=True)
class Floors:
    """The noise floors of an output: one for each group of its values along `axis`, in order; a
    single one where `axis` is None (`onpar.parity.contract.groups`)."""

    axis: int | None
    each: tuple[Floor, ...]

    def __post_init__(self) -> None:
        if not self.each:
            raise ToleranceError("an output has no noise floor, expected at least one")

    @property
    def max_abs(self) -> float:
        """The largest of the floors, that of the whole tensor: what gates compare with."""
        return max(floor.max_abs for floor in self.each)


@dataclass(frozen=True)
class ToleranceRule:
    """How a recipe's precision turns a noise floor into a tolerance: multiples of the floor."""

    max_floors: float
    rms_floors: float
    reason: str

    def __post_init__(self) -> None:
        check_bound("max_floors", self.max_floors)
        check_bound("rms_floors", self.rms_floors)
        check_reason(self.reason)

    def tolerance(self, floor: Floor, group: str = "", step: float = 0.0) -> Tolerance:
        """The tolerance for an output, or for the group of its values, whose noise floor is
        `floor`. `step` is the distance of two levels of an output that is itself quantized."""
        steps = f", {floor.max_abs / step:.3g} steps of the output" if step else ""
        return Tolerance(
            max_abs=self.max_floors * floor.max_abs,
            rms=self.rms_floors * floor.rms,
            reason=f"max ≤ {self.max_floors:g}·F, RMS ≤ {self.rms_floors:g}·F with the noise floor "
            f"F = {floor.max_abs:.3g} (max{steps}), {floor.rms:.3g} (RMS)"
            f"{group and f' of {group}'}: {self.reason}",
        )


@dataclass(frozen=True)
class Tolerance:
    """Largest absolute and largest RMS error allowed, in the tensor's unit, and the reason.

    `explains` is the error that may make a pixel change class where that is not `max_abs`.
    """

    max_abs: float
    rms: float
    reason: str
    explains: float | None = None

    def __post_init__(self) -> None:
        for name, value in (
            ("max_abs", self.max_abs),
            ("rms", self.rms),
            ("explains", self.allowed),
        ):
            check_bound(name, value)
        check_reason(self.reason)

    @property
    def allowed(self) -> float:
        """The error of a score that may make its pixel change class."""
        return self.max_abs if self.explains is None else self.explains


@dataclass(frozen=True)
class Allowed:
    """The tolerance of an output: one for each group of its values along `axis`, in order; a single
    one if `axis` is None."""

    axis: int | None
    each: tuple[Tolerance, ...]

    @property
    def widest(self) -> Tolerance:
        """The tolerance of the group with the largest allowed error."""
        return max(self.each, key=lambda one: one.max_abs)

    def grown(self, gain: float, own: Tolerance) -> Allowed:
        """After a step by which errors grow by this factor at most, and which may add its `own`."""
        each = tuple(
            Tolerance(
                gain * one.allowed + own.max_abs,
                gain * one.rms + own.rms,
                f"{gain:g} times as much, {one.reason}; and the step's own: {own.reason}",
            )
            for one in self.each
        )
        return Allowed(self.axis, each)

    @property
    def of_scores(self) -> tuple[float, ...]:
        """By group, the error of a score that may make its pixel change class."""
        return tuple(one.allowed for one in self.each)


def as_allowed(of: Tolerance | Allowed) -> Allowed:
    """A tolerance of a whole tensor as that of its only group."""
    return Allowed(None, (of,)) if isinstance(of, Tolerance) else of


FLOAT32 = ToleranceRule(
    max_floors=8.0,
    rms_floors=4.0,
    reason="honest float32 runtimes order their sums differently; channel by channel they were "
    "measured within 0.65–1.75 F on DeepLabV3, and within 2.14 F on five other kinds of model",
)

HALF = ToleranceRule(
    max_floors=4.0,
    rms_floors=3.0,
    reason="float16 kernels round at other places than eager PyTorch with every operator's result "
    "rounded to float16, which is what F is measured with",
)

INT8 = ToleranceRule(
    max_floors=2.0,
    rms_floors=2.0,
    reason="F is how far apart honest ways to round the exported program are, so 2 F would already "
    "be another program (docs/quantization.md)",
)

RULES = {"fp32": FLOAT32, "fp16": HALF, "int8": INT8}
"""By precision, what a recipe allows unless it says otherwise."""

EXACT = Tolerance(0.0, 0.0, "integer arithmetic, the same in every language: no difference allowed")
