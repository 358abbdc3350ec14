"""The ranges of an int8 program's activations: what each can hold, and what came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import inf, isfinite

import numpy as np

from onpar.exporters.quantization.exact.arithmetic import F64, Rounding

FAR = 1 / 8
"""Share of the width that a tensor can hold: values that are further outside are counted. Observers
cut off the outermost values, and mostly by less."""


@dataclass(frozen=True)
class Operators:
    """What a program's operators say about its quantized tensors, by their names.

    ends   of the values of an operator that bounds them, such as 0 and 1 of a sigmoid. A quantizer
           may give the tensor exactly that range, and leave out an operator that only cuts
    alike  pairs with nothing between them that computes, only moves, selects or averages values:
           a quantizer may give both one range
    """

    ends: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    alike: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Range:
    """Of one quantized tensor: the smallest and the largest value that it can hold, the distance of
    two levels, the smallest and the largest value that came (0 included), and for each run the
    share of the values that were FAR outside."""

    least: float
    most: float
    step: float
    low: float = 0.0
    high: float = 0.0
    far: tuple[float, ...] = ()

    @property
    def width(self) -> float:
        """Of what the tensor can hold."""
        return self.most - self.least


class Ranges(Rounding):
    """Rounds exactly, and keeps the ranges of the tensors that have one scale, as activations have;
    `found` has them by name, in the order in which the program computes them."""

    def __init__(self, operators: Operators) -> None:
        super().__init__()
        self.operators = operators
        self.found: dict[str, Range] = {}

    def quantized(
        self, name: str, x: F64, scale: F64, zero_point: F64, least: int, most: int
    ) -> F64:
        if np.size(scale) == 1 and np.size(x):
            step, zero = float(np.reshape(scale, ())), float(np.reshape(zero_point, ()))
            before = self.found.get(name, Range((least - zero) * step, (most - zero) * step, step))
            self.found[name] = _seen(before, x, self.operators.ends.get(name, (-inf, inf)))
        return super().quantized(name, x, scale, zero_point, least, most)


def _seen(before: Range, x: F64, ends: tuple[float, float]) -> Range:
    """Also with the values `x`, which the operator cuts off at `ends`."""
    low, high = max(float(x.min()), ends[0]), min(float(x.max()), ends[1])
    # What the operator can give counts as given.
    wanted = [0.0, low, high, *(end for end in ends if isfinite(end))]
    reach = FAR * before.width
    below = np.count_nonzero(x < before.least - reach) if low < before.least - reach else 0
    above = np.count_nonzero(x > before.most + reach) if high > before.most + reach else 0
    return Range(
        before.least,
        before.most,
        before.step,
        min(before.low, *wanted),
        max(before.high, *wanted),
        (*before.far, (below + above) / x.size),
    )


@dataclass(frozen=True)
class Node:
    """A tensor of a graph: the operator that makes it, the tensors that this takes, and whether it
    is quantized."""

    name: str
    operator: str
    takes: tuple[str, ...]
    quantized: bool


# fmt: off
COMPUTING = (
    "add", "baddbmm", "batch", "bmm", "celu", "conv", "cos", "div", "einsum",
    "elu", "erf", "gelu", "gemm", "group", "hardsigmoid", "hardswish", "instance", "layer",
    "leaky", "linear", "log", "matmul", "mish", "mm", "mul", "neg", "pow",
    "prelu", "quick", "reciprocal", "rsqrt", "scaled", "sigmoid", "silu", "sin", "softmax",
    "softplus", "sqrt", "square", "sub", "sum", "tanh",
)
# fmt: on
"""Beginnings of the names of operators whose results have another range than their inputs, in
lower case: of ATen, torch.nn and ONNX."""

ENDS: Mapping[str, tuple[float, float]] = {
    "sigmoid": (0.0, 1.0),
    "hardsigmoid": (0.0, 1.0),
    "softmax": (0.0, 1.0),
    "tanh": (-1.0, 1.0),
}
"""The ends of what an operator gives, by its name in lower case."""


def operators_of(
    nodes: Iterable[Node], cut: Mapping[str, tuple[float, float]] | None = None
) -> Operators:
    """What the operators of a graph, in their order, say about its quantized tensors. `cut` has the
    ends of those that the quantizer has left out, by the tensor that is quantized instead."""
    passed, made = dict[str, frozenset[str]](), dict[str, tuple[float, float]](cut or {})
    ends, alike = dict[str, tuple[float, float]](), list[tuple[str, str]]()
    for node in nodes:
        kind = node.operator.lower().replace("_", "")
        before = (passed.get(one, frozenset()) for one in node.takes)
        found = frozenset[str]() if kind.startswith(COMPUTING) else frozenset().union(*before)
        if kind in ENDS:
            made[node.name] = ENDS[kind]
        if node.quantized:
            alike += [(one, node.name) for one in sorted(found)]
            found = frozenset({node.name})
            if kind.startswith("quantize"):  # An operator of its own, on what another one gives.
                made.update((node.name, made[one]) for one in node.takes[:1] if one in made)
            if node.name in made:
                ends[node.name] = made[node.name]
        passed[node.name] = found
    return Operators(ends, tuple(alike))
