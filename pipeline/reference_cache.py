"""Outputs of the reference for inputs that are not a golden's, kept by what made them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save

from parity.atomic import write_whole
from pipeline.keys import key_of, source_digest, versions
from pipeline.paths import ROOT

SOURCES = (
    ROOT / "pipeline" / "reference.py",
    ROOT / "pipeline" / "run_module.py",
    *sorted((ROOT / "pipeline" / "recipes").glob("*.py")),
)
"""Whatever shapes the reference, besides weights and inputs."""


def reference_path(cache: Path, module_key: str, inputs_sha256: str) -> Path:
    """Where the outputs for these inputs are kept; `module_key` is of all that makes the module."""
    key = key_of(
        module=module_key,
        inputs=inputs_sha256,
        sources=source_digest(SOURCES),
        tools=versions(("torch", "torchvision")),
    )
    return cache / f"{key}.safetensors"


def write_reference(path: Path, outputs: Mapping[str, NDArray[Any]]) -> None:
    """Keep the outputs f32 by name."""
    write_whole(path, [save(dict(outputs))])


def read_reference(path: Path) -> dict[str, NDArray[Any]] | None:
    """The outputs, or None where they are not kept or not whole."""
    try:
        return load_file(path)
    except (OSError, SafetensorError):
        return None
