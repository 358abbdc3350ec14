"""The static check of an int8 program: what it stores is what the float model has, to half a step.

No runtime is needed, and no photo: a layer without its weights, a neighbour's scales or a wrong
bias is found however little the output shows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from onpar.exporters.errors import ExportError, left_out

LEVELS = 127
"""Steps from 0 to the largest weight: int8 has 127 above 0 and 128 below. Observers divide by 127
(onnxruntime) or 127.5 (PyTorch), so no right step is larger than a 127th."""

ROUNDING = 1e-3
"""Share of a step. Scales are float32, and an observer computes them from float32 weights."""

EPS = 2.0**-23
"""Spacing of float32 above 1."""


@dataclass(frozen=True)
class Stored:
    """A weight or a bias of an int8 program, and the float model's.

    name   the float model's name for it
    values what it computes with, dequantized, f64
    wanted the float model's, f64, of the same shape; batch norms are folded in
    step   the distance of two levels, f64, broadcast to `values`; None: it is stored in float32
    own    whether the step was chosen for these values, as a weight's is; a bias has the step of
           the sum that it is added to
    least  the smallest step that the quantizer takes, whatever the values
    """

    name: str
    values: NDArray[np.float64]
    wanted: NDArray[np.float64]
    step: NDArray[np.float64] | None
    own: bool = True
    least: float = 0.0


def check(stored: Iterable[Stored], variant: str) -> None:
    """Raises ExportError if something stored is not what the float model has."""
    found = list(faults(stored))
    if found:
        others = f", and {len(found) - 1} more" if len(found) > 1 else ""
        raise ExportError(
            f"the quantizer stored something else than the model has: {found[0]}{others}; update "
            f"the quantizer's package, or leave this variant out: {left_out(variant)}"
        )


def faults(stored: Iterable[Stored]) -> Iterator[str]:
    """A sentence for each that is not what the float model has."""
    for one in stored:
        if one.values.shape != one.wanted.shape:
            yield f"{one.name}: shape {one.values.shape}, the float model has {one.wanted.shape}"
        elif one.step is None:
            yield from _unequal(one)
        else:
            yield from _off(one, one.step)
            if one.own:
                yield from _coarse(one, one.step)


def _unequal(one: Stored) -> Iterator[str]:
    off = np.abs(one.values - one.wanted)
    allowed = 16 * EPS * np.abs(one.wanted).max(initial=0.0)
    if not (off <= allowed).all():
        yield f"{one.name}, stored in float32, is off by {_worst(one, off)}"


def _off(one: Stored, step: NDArray[np.float64]) -> Iterator[str]:
    steps = np.abs(one.values - one.wanted) / step
    if not (steps <= 0.5 + ROUNDING).all():
        wrong = np.count_nonzero(~(steps <= 0.5 + ROUNDING))
        yield (
            f"{one.name}: {wrong:,} of {steps.size:,} values are more than half a step off, "
            f"{_worst(one, steps)}"
        )


def _coarse(one: Stored, step: NDArray[np.float64]) -> Iterator[str]:
    """Steps that are larger than those of 8 bits."""
    axes = tuple(
        axis for axis in range(one.wanted.ndim) if np.shape(step)[axis : axis + 1] in ((), (1,))
    )
    largest = np.abs(one.wanted).max(axis=axes, keepdims=True, initial=0.0)
    least = np.finfo(np.float32).tiny
    steps = np.broadcast_to(step, largest.shape)
    ratio = steps * LEVELS / np.maximum(largest, least)
    wrong = (ratio > 1 + ROUNDING) & (largest > least) & (steps > one.least * (1 + ROUNDING))
    if wrong.any():
        yield (
            f"{one.name}: the steps of {np.count_nonzero(wrong):,} of {wrong.size:,} channels are "
            f"up to {ratio[wrong].max():.3g} times as large as those of 8 bits"
        )


def _worst(one: Stored, off: NDArray[np.float64]) -> str:
    at = tuple(
        int(i) for i in np.unravel_index(np.argmax(np.nan_to_num(off, nan=np.inf)), off.shape)
    )
    return f"at {list(at)} {one.values[at]:.6g} for {one.wanted[at]:.6g} ({off[at]:.3g})"
