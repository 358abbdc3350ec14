"""ExecuTorch `.pte`, delegated to XNNPACK: what runs on every phone's processor."""

from __future__ import annotations

from pathlib import Path

from executorch.backends.xnnpack.partition.xnnpack_partitioner import XnnpackPartitioner

from exporters import Source
from exporters.executorch import program_of, write


def export(source: Source, path: Path) -> tuple[str, ...]:
    """Write one file, weights included; its inputs and outputs go by the recipe's order."""
    return write(program_of(source), [XnnpackPartitioner()], path)
