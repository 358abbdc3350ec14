"""Operators with blocks: nested programs, run as often as a value says."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from torch import Tensor

Block = Callable[[Sequence[Tensor]], tuple[Tensor, ...]]
"""A block of the program: a function from its inputs to its outputs."""

MAX_ITERATIONS = 100_000
"""After so many iterations, a loop is assumed to be endless."""


def cond(pred: Tensor, *, blocks: Sequence[Block]) -> tuple[Tensor, ...]:
    """The first block if `pred` is true, else the second; neither has inputs."""
    return blocks[0 if bool(pred) else 1](())


def while_loop(loop_vars: Sequence[Tensor], *, blocks: Sequence[Block]) -> tuple[Tensor, ...]:
    """Runs the second block as long as the first block's only output is true."""
    goes_on, body = blocks
    values = tuple(loop_vars)
    for _ in range(MAX_ITERATIONS):
        if not bool(goes_on(values)[0]):
            return values
        values = body(values)
    raise ValueError(f"the loop goes on after {MAX_ITERATIONS} rounds")
