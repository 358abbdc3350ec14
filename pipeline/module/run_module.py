"""Runs a PyTorch module, eager or scripted, on arrays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from onpar.parity.contract.tensor_spec import TensorSpec
from onpar.pipeline.errors import OnparError

Tensors = dict[str, NDArray[Any]]

Runnable = nn.Module | torch.jit.ScriptModule


def run_module(
    module: Runnable,
    inputs: Mapping[str, NDArray[Any]],
    outputs: tuple[TensorSpec, ...],
    dtype: torch.dtype = torch.float32,
) -> Tensors:
    """Run on the inputs in their order, with floating-point ones cast to `dtype`. Gives the outputs
    by name, with floating-point ones as f32.

    A dictionary is matched by name, a tuple by the specs' order; a single tensor is the only
    output. Tensors that the module creates (`torch.zeros`) have `dtype` too, unless it sets
    another. Raises OnparError if the outputs' names or item types do not match the specs.
    """
    tensors = [torch.from_numpy(np.array(value)) for value in inputs.values()]
    with torch.inference_mode(), _default(dtype):
        result = module(*(t.to(dtype) if t.is_floating_point() else t for t in tensors))
    named = _by_name(result, [spec.name for spec in outputs])
    return {spec.name: _array(named[spec.name], spec, dtype) for spec in outputs}


def _by_name(result: Any, names: list[str]) -> Mapping[str, Any]:
    if isinstance(result, torch.Tensor):
        result = (result,)
    if isinstance(result, list | tuple):
        if len(result) != len(names):
            raise OnparError(
                f"the module returns {len(result)} output{'s' * (len(result) != 1)}, the recipe "
                f"names {len(names)} ({', '.join(names)})"
            )
        return dict(zip(names, result, strict=True))
    if not isinstance(result, Mapping):
        raise OnparError(
            f"the module returns {type(result).__name__}, expected a tensor, or a tuple or a "
            "dictionary of tensors; return those from a module around it"
        )
    missing = [name for name in names if name not in result]
    if missing:
        got = ", ".join(map(str, result))
        raise OnparError(f"the module returns no output {missing[0]!r}; it returns {got}")
    extra = [str(name) for name in result if name not in names]
    if extra:
        raise OnparError(
            f"the module also returns {', '.join(extra)}, which the recipe does not name; name "
            "every output, or return fewer"
        )
    return result


def _array(value: Any, spec: TensorSpec, dtype: torch.dtype) -> NDArray[Any]:
    if not isinstance(value, torch.Tensor):
        raise OnparError(
            f"output {spec.name} is {type(value).__name__}, expected a tensor; return the "
            "tensors separately, from a module around it"
        )
    got = str(value.dtype).removeprefix("torch.")
    wanted = {spec.dtype, str(dtype).removeprefix("torch.")} if value.is_floating_point() else ""
    if got not in (wanted or spec.dtype):
        advice = (
            "end forward() with .float()"
            if value.is_floating_point()
            else "return the scores, whose errors can be measured; the app computes the arg-max"
        )
        raise OnparError(f"output {spec.name} is {got}, expected {spec.dtype}; {advice}")
    if value.device.type != "cpu":
        raise OnparError(f"output {spec.name} is on {value.device}, expected the CPU")
    value = value.float() if value.is_floating_point() else value
    return np.asarray(value.contiguous().numpy())


@contextmanager
def _default(dtype: torch.dtype) -> Iterator[None]:
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        yield
    finally:
        torch.set_default_dtype(before)
