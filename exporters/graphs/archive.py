"""PyTorch's zip archives without the records that depend on the machine."""

from __future__ import annotations

import io

import torch

VERSIONS = ("version", ".data/version")
"""Where an archive has its version: below 6 in the first file, from 6 on in the second
(caffe2/serialize/inline_container.cc). A newer operator, such as a traced GELU, needs 6."""

OWN_RECORDS = (*VERSIONS, "byteorder")
"""Records that the archive's writer writes by itself."""


def forget_where_it_was_made(saved: bytes) -> bytes:
    """The archive without its debug records. They hold the paths of this machine's sources, so two
    machines would never write equal files. The writer adds the records that it numbers itself."""
    reader = torch._C.PyTorchFileReader(io.BytesIO(saved))
    kept = io.BytesIO()
    writer = torch._C.PyTorchFileWriter(kept)
    names = reader.get_all_records()
    version = next(name for name in VERSIONS if name in names)
    writer.set_min_version(int(reader.get_record(version)))
    for name in names:
        if name.endswith(".debug_pkl") or name.startswith(".data/") or name in OWN_RECORDS:
            continue
        record = reader.get_record(name)
        writer.write_record(name, record, len(record))
    writer.write_end_of_file()
    return kept.getvalue()
