"""The cost of half precision, on any machine: every operator's result is rounded to float16."""

from __future__ import annotations

from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_map


class Rounding(TorchDispatchMode):
    """Rounds every operator's result to float16; beyond 65,504 it is infinite."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        result = func(*args, **(kwargs or {}))
        return tree_map(_rounded, result)


def _rounded(value: Any) -> Any:
    if not (isinstance(value, torch.Tensor) and value.dtype == torch.float32):
        return value
    # In inference mode, a view of a weight or of an input is no inference tensor, and PyTorch
    # refuses one in its place.
    with torch.inference_mode(value.is_inference()):
        return value.half().float()
