"""int8 programs with one layer stored wrongly: what each changes in a layer's int8 weight [out, …],
its scales [out] and its float bias [out]."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Layer:
    """What an int8 program stores of a layer. `step` is that of the bias; 0: it is float32."""

    weight: NDArray[np.int8]
    scales: NDArray[np.float64]
    bias: NDArray[np.float64]
    step: NDArray[np.float64] | None = None


Change = Callable[[Layer], Layer]


def six_bits(layer: Layer) -> Layer:
    coarse = 4 * np.rint(layer.weight / 4)
    return replace(layer, weight=np.clip(coarse, -124, 124).astype(np.int8))


def six_bits_and_their_scales(layer: Layer) -> Layer:
    """What an observer of 6 bits would store."""
    return replace(layer, weight=np.rint(layer.weight / 4).astype(np.int8), scales=4 * layer.scales)


def class_bias(layer: Layer) -> Layer:
    bias = layer.bias.copy()
    bias[0] += 1
    return replace(layer, bias=bias)


WRONG: Mapping[str, Change] = {
    "weight zeroed": lambda one: replace(one, weight=np.zeros_like(one.weight)),
    "weight of a neighbour": lambda one: replace(one, weight=np.roll(one.weight, 1, 0)),
    "bias zeroed": lambda one: replace(one, bias=np.zeros_like(one.bias)),
    "bias of a neighbour": lambda one: replace(one, bias=np.roll(one.bias, 1)),
    "a class's bias + 1": class_bias,
    "scales of a neighbour": lambda one: replace(one, scales=np.roll(one.scales, 1)),
    "scales doubled": lambda one: replace(one, scales=2 * one.scales),
    "weight negated": lambda one: replace(one, weight=np.clip(-one.weight, -127, 127)),
    "6-bit weight": six_bits,
    "6-bit weight and scales": six_bits_and_their_scales,
}
