"""TorchScript `.pt`: scripted, then frozen."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from parity.spec import TensorSpec

OWN_RECORDS = ("version", "byteorder")
"""Records that the archive's writer writes by itself."""


def export(
    module: nn.Module, inputs: Mapping[str, Tensor], outputs: Sequence[TensorSpec], path: Path
) -> tuple[str, ...]:
    """Write a script that takes the inputs in their order and returns what the module returns.

    Freezing drops the modes of `interpolate` that scripting inlines: without it the file asks for
    operators that libtorch 1.13.1, the last mobile runtimes' neighbour, does not know
    (`aten::_upsample_lanczos2d_aa`).
    """
    script = torch.jit.freeze(torch.jit.script(module))
    saved = io.BytesIO()
    torch.jit.save(script, saved)
    content = _forget_where_it_was_made(saved)
    path.write_bytes(content)
    # A runtime resolves overloads when it loads, and not always to those of the script in memory.
    loaded = torch.jit.load(io.BytesIO(content))  # type: ignore[no-untyped-call]
    operators: list[str] = torch.jit.export_opnames(loaded)  # type: ignore[no-untyped-call]
    return tuple(sorted(operators))


def _forget_where_it_was_made(saved: io.BytesIO) -> bytes:
    """The archive without its debug records, which hold the paths of this machine's sources; two
    machines would never write equal files. The writer adds the records that it numbers itself."""
    saved.seek(0)
    reader = torch._C.PyTorchFileReader(saved)
    kept = io.BytesIO()
    writer = torch._C.PyTorchFileWriter(kept)
    writer.set_min_version(int(reader.get_record("version")))
    for name in reader.get_all_records():
        if name.endswith(".debug_pkl") or name.startswith(".data/") or name in OWN_RECORDS:
            continue
        record = reader.get_record(name)
        writer.write_record(name, record, len(record))
    writer.write_end_of_file()
    return kept.getvalue()
