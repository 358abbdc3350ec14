"""What an exporter gives besides the file: its operators, and what a quantized file computes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from onpar.exporters.quantization.exact.arithmetic import Rounding
from onpar.exporters.quantization.exact.ranges import Operators
from onpar.parity.contract.tensor_spec import TensorSpec

if TYPE_CHECKING:
    from torch import nn

Inputs = Mapping[str, NDArray[Any]]


Content = bytes | Mapping[str, bytes]
"""A file's bytes; for a folder, the bytes of its files, by path below it, with `/`."""

INNER = "inner/"
"""Begins the name of a shown tensor: a node may have the name of an output."""


@dataclass(frozen=True)
class Program:
    """The program that a quantizer made, and that the file is to compute.

    exact    the outputs in f64 by name, for the inputs by name, where values are rounded as the
             `Rounding` says
    steps    by name, the distance of two levels of an output that is itself quantized
    showing  makes a file of the same format, or a folder's files, which gives the same outputs and
             then `shown`; None if the format's runtime cannot show them
    shown    by the names that `exact` has for the `Rounding`, the quantized tensors in that file;
             their shapes are not used
    tail     how far an output may be from float64, as a share of its largest value, if its last
             operators compute in float32, such as a softmax, and are given the same integers.
             Measured: 3e-6 at most
    operators  what they say about the ranges of the quantized tensors
    floats   if the weights alone are compressed, the module with the weights that the file has,
             in float32: its outputs are a tuple in the specs' order. `exact` has nothing to round
    """

    exact: Callable[[Inputs, Rounding], Mapping[str, NDArray[np.float64]]]
    steps: Mapping[str, float] = field(default_factory=dict)
    showing: Callable[[], Content] | None = None
    shown: Mapping[str, TensorSpec] = field(default_factory=dict)
    tail: float = 1e-4
    operators: Operators = field(default_factory=Operators)
    floats: nn.Module | None = None


@dataclass(frozen=True)
class Written:
    """What an exporter wrote: the names of the operators in the file, and of a quantized file its
    program. A file that was converted from another quantized file has the program of that."""

    operators: tuple[str, ...]
    program: Program | None = None
