"""ExecuTorch: a program of torch.export, lowered with a delegate's partitioner or without one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from executorch.exir import ExecutorchProgramManager, to_edge_transform_and_lower
from executorch.exir.backend.partitioner import Partitioner
from executorch.exir.lowered_backend_module import LoweredBackendModule
from torch.export import ExportedProgram

from onpar.exporters.errors import ExportError, left_out
from onpar.exporters.lowering.kernels import kernels
from onpar.exporters.lowering.operator_names import operators


def write(
    program: ExportedProgram,
    partitioners: Sequence[Partitioner],
    path: Path,
    format_name: str,
    settled: Callable[[bytes], bytes] = bytes,
) -> tuple[str, ...]:
    """Lower the program, write it with its weights as one file, and give its operators' names.

    `settled` makes the delegate's data the same in every process.

    Raises ExportError if an operator is not delegated and the runtime has no kernel for it: the
    file would not load.
    """
    made = lowered(program, partitioners, settled)
    names = operators(made)
    unknown = [name for name in names if "/" not in name and name not in kernels()]
    if unknown:
        raise ExportError(
            f"no delegate takes {', '.join(unknown)}, and ExecuTorch's runtime has no kernel for "
            f"it; change the model, or leave this format out: {left_out(format_name)}"
        )
    with path.open("wb") as file:
        made.write_to_file(file)
    return names


def lowered(
    program: ExportedProgram,
    partitioners: Sequence[Partitioner],
    settled: Callable[[bytes], bytes] = bytes,
) -> ExecutorchProgramManager:
    """The program with its weights, lowered."""
    edge = to_edge_transform_and_lower(program, partitioner=list(partitioners))
    for module in edge.exported_program().graph_module.modules():
        if isinstance(module, LoweredBackendModule):
            module._processed_bytes = settled(module.processed_bytes)
    return edge.to_executorch()
