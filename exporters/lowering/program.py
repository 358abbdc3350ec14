"""ExecuTorch: a program of torch.export, lowered with a delegate's partitioner or without one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from executorch.exir import ExecutorchProgramManager, to_edge_transform_and_lower
from executorch.exir.backend.partitioner import Partitioner
from executorch.exir.lowered_backend_module import LoweredBackendModule
from torch import nn
from torch.export import ExportedProgram

from onpar.exporters import Source
from onpar.exporters.errors import ExportError, left_out
from onpar.exporters.graphs.image_io import FromPixels, image_specs
from onpar.exporters.lowering.kernels import kernels
from onpar.exporters.lowering.operator_names import operators
from onpar.exporters.tracing.in_order import InOrder


def exported(source: Source, module: nn.Module | None = None) -> ExportedProgram:
    """The source's module, or `module` with the same inputs and outputs, as a program of
    torch.export.

    The inputs are in their order, and the output is a tuple in the specs' order. With io `image`
    the input is the pixels u8 [h, w, 3] and the output the class map or the mask u8 [h, w].
    """
    sample = tuple(torch.from_numpy(value) for value in next(source.samples()).values())
    if module is None:
        assert source.module is not None
        module = InOrder(source.module, source.model.outputs).eval()
    if source.io == "image":
        taken, _ = image_specs(source.model, "pte")
        sample = (torch.zeros(taken.shape, dtype=torch.uint8),)
        module = FromPixels(module, source.model).eval()
    return torch.export.export(module, sample)


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
