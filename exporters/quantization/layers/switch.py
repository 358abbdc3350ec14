"""What the programs with switchable layers have in common: their layers, and which of their
quantized tensors are rounded.

A tensor is rounded if an operator that computes in int8 makes it or takes it. So a layer alone in
int8 has its weights, its input and its result rounded, and a layer in float rounds nothing that no
other operator needs.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Set
from dataclasses import dataclass
from typing import Any, Protocol

from numpy.typing import NDArray

from onpar.exporters.quantization.exact.arithmetic import F64

Inputs = Mapping[str, NDArray[Any]]

OTHERS = ""
"""The name that stands for the int8 operators without weights (sums, products, activations)."""


@dataclass(frozen=True)
class Layer:
    """A module with quantized weights: its name, as build()'s module has it, and the number of
    those weights, without biases."""

    name: str
    weights: int


Run = Callable[[Inputs], tuple[F64, ...]]
"""Gives a program's outputs in the specs' order, for the inputs in theirs."""


class Switched(Protocol):
    """A quantized program of which only some layers compute in int8, the others in float64."""

    @property
    def layers(self) -> tuple[Layer, ...]:
        """Its layers, in the order in which they compute."""

    def run(self, inputs: Inputs, int8: Collection[str]) -> tuple[F64, ...]:
        """The outputs in the specs' order, for the inputs in theirs, if the layers `int8` compute
        in int8; OTHERS is one of their names."""


def rounded(operators: Mapping[str, Set[str]], int8: Collection[str]) -> set[str]:
    """The tensors that are rounded; `operators` has, by tensor, the names of the layers that make
    or take it, OTHERS for another int8 operator."""
    return {name for name, of in operators.items() if not of.isdisjoint(int8)}


def innermost(layers: Iterable[Layer]) -> tuple[Layer, ...]:
    """The layers by name, their weights summed; without modules that have other layers below them,
    whose own weights are kept in float only with all of those."""
    found: dict[str, int] = {}
    for one in layers:
        found[one.name] = found.get(one.name, 0) + one.weights
    outer = {name for name in found for other in found if other.startswith(f"{name}.")}
    return tuple(Layer(name, n) for name, n in found.items() if name and name not in outer)
