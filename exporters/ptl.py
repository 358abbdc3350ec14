"""The lite interpreter's `.ptl`: the TorchScript file as bytecode."""

from __future__ import annotations

from pathlib import Path

import torch
from torch.jit.mobile import _export_operator_list, _load_for_lite_interpreter

from onpar.exporters import FORMATS, Source
from onpar.exporters.graphs.archive import forget_where_it_was_made
from onpar.exporters.program import Written


def export(source: Source, path: Path) -> Written:
    """Write the TorchScript artifact for `LiteModuleLoader` and `LibTorch-Lite`."""
    assert source.file is not None
    if source.precision == "int8":
        torch.backends.quantized.engine = FORMATS["ptl"].engine
    script = torch.jit.load(str(source.file))
    path.write_bytes(forget_where_it_was_made(script._save_to_buffer_for_lite_interpreter()))
    loaded = _load_for_lite_interpreter(str(path))
    operators: set[str] = _export_operator_list(loaded)
    return Written(tuple(sorted(operators)))
