"""A PyTorch module, eager or scripted, run on arrays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from parity.spec import TensorSpec

Tensors = dict[str, NDArray[Any]]


def run_module(
    module: nn.Module | torch.jit.ScriptModule,
    inputs: Mapping[str, NDArray[Any]],
    outputs: tuple[TensorSpec, ...],
    dtype: torch.dtype = torch.float32,
) -> Tensors:
    """Run on f32 inputs cast to `dtype`; outputs f32 by name.

    A dictionary goes by name, a tuple by the specs' order, a lone tensor is the only output.
    """
    tensors = [torch.from_numpy(np.array(value)).to(dtype) for value in inputs.values()]
    with torch.inference_mode():
        result = module(*tensors)
    if isinstance(result, torch.Tensor):
        result = (result,)
    if not isinstance(result, Mapping):
        result = {spec.name: value for spec, value in zip(outputs, result, strict=True)}
    return {name: value.float().contiguous().numpy() for name, value in result.items()}
