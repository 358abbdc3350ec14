"""The source's module as a program of torch.export."""

from __future__ import annotations

import torch
from torch import nn
from torch.export import ExportedProgram

from onpar.exporters import Source
from onpar.exporters.graphs.image_io import FromPixels, image_specs
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
