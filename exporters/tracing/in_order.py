"""A module whose outputs are a tuple in the recipe's order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from torch import Tensor, nn

from onpar.parity.contract.tensor_spec import TensorSpec


class InOrder(nn.Module):
    """The outputs as a tuple in the specs' order: a dictionary's order is not part of its type, and
    an exporter assigns names by position."""

    def __init__(self, module: nn.Module, outputs: Sequence[TensorSpec]) -> None:
        super().__init__()
        self.module = module
        self.names = tuple(spec.name for spec in outputs)

    def forward(self, *inputs: Tensor) -> tuple[Tensor, ...]:
        return in_order(self.module(*inputs), self.names)


def in_order(result: Any, names: Sequence[str]) -> tuple[Tensor, ...]:
    """What a module returned (a tensor, a sequence, or a dictionary by name) as a tuple."""
    if isinstance(result, Mapping):
        return tuple(result[name] for name in names)
    return tuple(result) if isinstance(result, list | tuple) else (result,)
