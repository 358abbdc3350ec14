"""Runs a graph of torch.fx in float64, whatever float32 its parameters and arguments name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, fx
from torch.utils._pytree import tree_map


def tensors(inputs: Mapping[str, NDArray[Any]]) -> list[Tensor]:
    """The arrays as tensors of their own item types, in their order."""
    return [torch.from_numpy(np.array(value)) for value in inputs.values()]


class InFloat64(fx.Interpreter):
    """Every operator on tensors and constants in f64; integers stay."""

    def of(self, inputs: Mapping[str, NDArray[Any]]) -> Any:
        """What the graph returns for the inputs in their order."""
        with torch.no_grad():
            return self.run(
                *(one.double() if one.is_floating_point() else one for one in tensors(inputs))
            )

    def get_attr(self, target: Any, args: Any, kwargs: Any) -> Any:
        value = super().get_attr(target, args, kwargs)
        return value.double() if getattr(value, "dtype", None) is torch.float32 else value

    def call_method(self, target: Any, args: Any, kwargs: Any) -> Any:
        return super().call_method(target, *tree_map(_wide, (args, kwargs)))

    def call_function(self, target: Any, args: Any, kwargs: Any) -> Any:
        return super().call_function(target, *tree_map(_wide, (args, kwargs)))


def _wide(value: Any) -> Any:
    return torch.float64 if value is torch.float32 else value
