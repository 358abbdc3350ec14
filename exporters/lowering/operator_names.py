"""The names of an ExecuTorch program's operators, for `Artifact.operators`."""

from __future__ import annotations

from collections.abc import Iterator

from executorch.exir import ExecutorchProgramManager


def operators(program: ExecutorchProgramManager) -> tuple[str, ...]:
    """Sorted names: `XnnpackBackend/aten::convolution` for an operator that was delegated, and may
    be fused now; `aten::add.out`, the kernel's name, for one that fell back to the runtime."""
    [plan] = program.executorch_program.execution_plan
    own = (f"{one.name}.{one.overload}".rstrip(".") for one in plan.operators)
    return tuple(sorted({*own, *_delegated(program)}))


def _delegated(program: ExecutorchProgramManager) -> Iterator[str]:
    for module in program.exported_program().graph_module.modules():
        delegate = getattr(module, "backend_id", "")
        if not delegate:
            continue
        for node in module.original_module.graph.nodes:
            # What is left is `getitem`, which selects one of several results.
            if node.op == "call_function" and hasattr(node.target, "name"):
                yield f"{delegate}/{node.target.name()}"
