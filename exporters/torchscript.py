"""TorchScript `.pt`: scripted or, if that fails, traced; then frozen."""

from __future__ import annotations

import io
from pathlib import Path

import torch

from onpar.exporters import Source
from onpar.exporters.graphs.archive import forget_where_it_was_made
from onpar.exporters.graphs.image_io import FromPixels, image_specs
from onpar.exporters.quantization.fx_int8 import quantized
from onpar.exporters.tracing.trace import quietly_traced, scripted_or_traced


def export(source: Source, path: Path) -> tuple[str, ...]:
    """Write a script with the inputs in their order. It returns what the module returns or, if it
    was traced, a tuple in the specs' order.

    Freezing removes the modes of `interpolate` that scripting inlines. Without it the file needs
    operators that libtorch 1.13.1, the version of the last mobile runtimes, does not have
    (`aten::_upsample_lanczos2d_aa`). Raises ExportError if neither way is safe.
    """
    module = quantized(source) if source.precision == "int8" else source.module
    assert module is not None
    script = scripted_or_traced(module, source)
    if source.io == "image":
        taken, _ = image_specs(source.model, "torchscript")
        pixels = torch.zeros(taken.shape, dtype=torch.uint8)
        script = quietly_traced(FromPixels(script, source.model), pixels)
    saved = io.BytesIO()
    torch.jit.save(torch.jit.freeze(script.eval()), saved)
    content = forget_where_it_was_made(saved.getvalue())
    path.write_bytes(content)
    # A runtime resolves overloads when it loads the file, not always as the script in memory did.
    loaded = torch.jit.load(io.BytesIO(content))
    operators: list[str] = torch.jit.export_opnames(loaded)
    return tuple(sorted(operators))
