"""Which operators of an ExecuTorch program a delegate took, and which the runtime runs itself.

A delegated operator is named `XnnpackBackend/aten::convolution`: what the delegate was given, which
it may have fused since. One that fell back is named as the runtime's own kernel: `aten::add.out`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from executorch.exir import ExecutorchProgramManager


@dataclass(frozen=True)
class Delegation:
    """The operators of a program: by the delegate that took them, and those that fell back."""

    delegated: dict[str, tuple[str, ...]]
    fell_back: tuple[str, ...]


def delegation(names: Sequence[str]) -> Delegation:
    """An artifact's operators, told apart."""
    taken: dict[str, tuple[str, ...]] = {}
    for name in names:
        delegate, slash, operator = name.partition("/")
        if slash:
            taken[delegate] = (*taken.get(delegate, ()), operator)
    return Delegation(taken, tuple(name for name in names if "/" not in name))


def operators(program: ExecutorchProgramManager) -> tuple[str, ...]:
    """The names of a lowered program's operators, sorted."""
    [plan] = program.executorch_program.execution_plan
    own = (f"{one.name}.{one.overload}".rstrip(".") for one in plan.operators)
    return tuple(sorted({*own, *_delegated(program)}))


def _delegated(program: ExecutorchProgramManager) -> Iterator[str]:
    for module in program.exported_program().graph_module.modules():
        delegate = getattr(module, "backend_id", "")
        if not delegate:
            continue
        for node in module.original_module.graph.nodes:
            # What is left is `getitem`, which takes one of several results.
            if node.op == "call_function" and hasattr(node.target, "name"):
                yield f"{delegate}/{node.target.name()}"
