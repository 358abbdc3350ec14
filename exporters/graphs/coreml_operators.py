"""Converters for operators of torch.export that MIL has, but coremltools 9.0 does not convert."""

from __future__ import annotations

from typing import Any

from coremltools.converters.mil.frontend.torch.ops import _get_inputs
from coremltools.converters.mil.frontend.torch.torch_op_registry import (
    _TORCH_OPS_REGISTRY,
    register_torch_op,
)
from coremltools.converters.mil.mil import Builder as mb  # noqa: N813


def alias(context: Any, node: Any) -> None:
    """The same tensor under another name, from PyTorch's decompositions."""
    [x, *_] = _get_inputs(context, node)
    context.add(mb.identity(x=x, name=node.name))


def zero(context: Any, node: Any) -> None:
    """Zeros of the same shape: what `x.zero_()` becomes when nothing is written in place."""
    [x, *_] = _get_inputs(context, node)
    context.add(mb.fill(shape=x.shape, value=0.0, name=node.name))


CONVERTERS = {"alias": alias, "zero": zero}


def register_operators() -> None:
    """Register the converters that coremltools does not have itself."""
    for name, converter in CONVERTERS.items():
        if name not in _TORCH_OPS_REGISTRY:
            register_torch_op(_func=converter)
