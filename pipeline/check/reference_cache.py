"""A cache for the reference's outputs on inputs that have no golden."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from numpy.typing import NDArray
from safetensors.numpy import save

from onpar.parity.contract.capture import digest
from onpar.parity.files.atomic import write_whole
from onpar.parity.files.regular_file import opened
from onpar.parity.files.tensor_file import TensorFileError, read_header, read_tensor
from onpar.pipeline.build_folder.keys import key_of

SEAL = "sealed"
"""The metadata key of the outputs' digest: without it, a flipped bit would look like an error of
the runtime."""


def reference_path(cache: Path, module_key: str, inputs_sha256: str) -> Path:
    """The path of the outputs for these inputs; `module_key` is the hash of all that makes the
    module."""
    key = key_of(module=module_key, inputs=inputs_sha256)
    return cache / f"{key}.safetensors"


def write_reference(path: Path, outputs: Mapping[str, NDArray[Any]]) -> None:
    """Store the outputs f32 by name, with their digest."""
    write_whole(path, [save(dict(outputs), {SEAL: _seal(outputs)})], follow_links=False)


def read_reference(path: Path) -> dict[str, NDArray[Any]] | None:
    """The outputs, or None if they are missing, incomplete or changed."""
    try:
        with opened(path) as (file, size):
            header = read_header(file, size)
            outputs = {e.name: read_tensor(file, header, e) for e in header.entries.values()}
    except (OSError, TensorFileError):
        return None
    return outputs if header.metadata.get(SEAL) == _seal(outputs) else None


def _seal(outputs: Mapping[str, NDArray[Any]]) -> str:
    layout = [(name, *one.shape, one.dtype.name) for name, one in sorted(outputs.items())]
    return key_of(layout=layout, values=digest(outputs))
