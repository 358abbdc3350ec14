"""The outputs of each operator as the program declares them: names, types and shapes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from coremltools.converters.mil.mil import types
from coremltools.converters.mil.mil.types.symbolic import is_symbolic

Shape = tuple[int | None, ...]
"""None is a side that is known only at run time."""


@dataclass(frozen=True)
class Output:
    """An output of an operator; `shape` is None if the program's is not reliable."""

    name: str
    dtype: str
    shape: Shape | None

    def has(self, shape: Sequence[int]) -> bool:
        if self.shape is None:
            return True
        return len(shape) == len(self.shape) and all(
            side in (None, own) for side, own in zip(self.shape, shape, strict=True)
        )

    def shape_text(self) -> str:
        return f"[{', '.join('?' if side is None else str(side) for side in self.shape or ())}]"


def outputs(operation: Any, mistyped: set[str]) -> tuple[Output, ...]:
    """An operation's outputs. `mistyped` are the names of values with a wrong shape in coremltools;
    this adds the outputs if the operation is such a case, or has such an input."""
    taken = [one.name for var in operation.inputs.values() for one in _each(var)]
    if _mistyped(operation) or not mistyped.isdisjoint(taken):
        mistyped |= {var.name for var in operation.outputs}
    return tuple(
        Output(
            var.name,
            types.builtin_to_string(var.dtype),
            None if var.name in mistyped else shape(var),
        )
        for var in operation.outputs
    )


def shape(var: Any) -> Shape:
    return tuple(None if is_symbolic(side) else int(side) for side in var.shape)


def _mistyped(operation: Any) -> bool:
    """Whether coremltools 9.0's own types are wrong: for a product with a vector as first operand,
    for a slice from the end over all that is left, and for the topk of all elements."""
    inputs = operation.inputs
    if operation.op_type == "matmul":
        return len(inputs["x"].shape) == 1
    if operation.op_type == "slice_by_size":
        begin = inputs["begin"].val
        return begin is not None and bool((begin < 0).any())
    return operation.op_type == "topk" and bool(inputs["k"].val == -1)


def _each(var: Any) -> Sequence[Any]:
    if isinstance(var, tuple | list):
        return var
    return () if var is None else (var,)
