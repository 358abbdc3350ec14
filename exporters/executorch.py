"""ExecuTorch: a program of torch.export, lowered for a delegate's partitioner or for none."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from executorch.exir import EdgeCompileConfig, to_edge_transform_and_lower
from executorch.exir.backend.partitioner import Partitioner
from torch import nn
from torch.export import ExportedProgram

from exporters import Source
from exporters.delegation import operators
from exporters.image_io import FromPixels
from exporters.in_order import InOrder


def program_of(source: Source) -> ExportedProgram:
    """The module as a program that takes the inputs in their order and gives a tuple in the specs'
    order; with io `image` from the pixels u8 [h, w, 3] to the class map u8 [h, w]."""
    assert source.module is not None
    if source.io == "image":
        assert source.model.prep is not None
        pixels = torch.zeros(source.model.prep.height, source.model.prep.width, 3).byte()
        return torch.export.export(FromPixels(source.module, source.model).eval(), (pixels,))
    return torch.export.export(in_order(source), first_sample(source))


def in_order(source: Source) -> nn.Module:
    """The module with its outputs in the specs' order, in eval mode."""
    assert source.module is not None
    return InOrder(source.module, source.model.outputs).eval()


def first_sample(source: Source) -> tuple[torch.Tensor, ...]:
    """One set of inputs, in their order."""
    return tuple(torch.from_numpy(value) for value in next(source.samples()).values())


def write(
    program: ExportedProgram, partitioners: Sequence[Partitioner], path: Path
) -> tuple[str, ...]:
    """Lower the program, write it with its weights as one file, and say what runs where:
    `exporters.delegation` has the names."""
    edge = to_edge_transform_and_lower(
        program,
        partitioner=list(partitioners) or None,
        compile_config=EdgeCompileConfig(_check_ir_validity=True),
    )
    lowered = edge.to_executorch()
    with path.open("wb") as file:
        lowered.write_to_file(file)
    return operators(lowered)
