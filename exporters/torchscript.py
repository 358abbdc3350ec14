"""TorchScript `.pt`: scripted or, if that fails, traced; then frozen."""

from __future__ import annotations

import io
from pathlib import Path

import torch
from torch import nn

from onpar.exporters import Source
from onpar.exporters.graphs.archive import forget_where_it_was_made
from onpar.exporters.graphs.image_io import FromPixels, image_specs
from onpar.exporters.program import Written
from onpar.exporters.quantization.exact.fx_program import program_of
from onpar.exporters.quantization.fx_int8 import quantized
from onpar.exporters.tracing.trace import quietly_traced, scripted_or_traced


def export(source: Source, path: Path) -> Written:
    """Write a script with the inputs in their order. It returns what the module returns or, if it
    was traced, a tuple in the specs' order.

    Freezing removes the modes of `interpolate` that scripting inlines. Without it the file needs
    operators that libtorch 1.13.1, the version of the last mobile runtimes, does not have
    (`aten::_upsample_lanczos2d_aa`). Raises ExportError if neither way is safe.
    """
    module, program = source.module, None
    if source.precision == "int8":
        module = quantized(source)
        program = program_of(module, source, lambda shown: scripted_file(shown, source))
    assert module is not None
    content = scripted_file(module, source)
    path.write_bytes(content)
    # A runtime resolves overloads when it loads the file, not always as the script in memory did.
    loaded = torch.jit.load(io.BytesIO(content))
    operators: list[str] = torch.jit.export_opnames(loaded)
    return Written(tuple(sorted(operators)), program)


def scripted_file(module: nn.Module, source: Source) -> bytes:
    """The content of a file of the module. Raises ExportError as `export` does."""
    script = scripted_or_traced(module, source)
    if source.io == "image":
        taken, _ = image_specs(source.model, "torchscript")
        pixels = torch.zeros(taken.shape, dtype=torch.uint8)
        script = quietly_traced(FromPixels(script, source.model), pixels)
    saved = io.BytesIO()
    torch.jit.save(torch.jit.freeze(script.eval()), saved)
    return forget_where_it_was_made(saved.getvalue())
