"""ExecuTorch `.pte` without a delegate: the portable kernels, which any processor runs."""

from __future__ import annotations

from pathlib import Path

from exporters import Source
from exporters.executorch import exported, write


def export(source: Source, path: Path) -> tuple[str, ...]:
    """Write one file, weights included; its inputs and outputs go by the recipe's order.

    Raises ExportError as `write` does.
    """
    return write(exported(source), [], path, "pte_portable")
