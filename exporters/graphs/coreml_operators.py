"""Operators of torch.export that coremltools 9.0 has no converter for, and MIL has operators."""

from __future__ import annotations

from typing import Any

from coremltools.converters.mil.frontend.torch.ops import _get_inputs
from coremltools.converters.mil.frontend.torch.torch_op_registry import (
    _TORCH_OPS_REGISTRY,
    register_torch_op,
)
from coremltools.converters.mil.mil import Builder as mb  # noqa: N813


def alias(context: Any, node: Any) -> None:
    """The same tensor, which PyTorch's decompositions give another name."""
    [x, *_] = _get_inputs(context, node)
    context.add(mb.identity(x=x, name=node.name))


def zero(context: Any, node: Any) -> None:
    """As many zeros, which `x.zero_()` becomes where nothing is written in place."""
    [x, *_] = _get_inputs(context, node)
    context.add(mb.fill(shape=x.shape, value=0.0, name=node.name))


CONVERTERS = {"alias": alias, "zero": zero}


def register_operators() -> None:
    """Add those that coremltools does not have itself."""
    for name, converter in CONVERTERS.items():
        if name not in _TORCH_OPS_REGISTRY:
            register_torch_op(_func=converter)
