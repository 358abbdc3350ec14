"""What the pipeline's tests share: builds that they may damage."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest


@pytest.fixture
def build(wide_build: Path, tmp_path: Path) -> Path:
    """A build that has the weights, which every format is exported from, and nothing else."""
    artifacts = tmp_path / "build" / "artifacts"
    artifacts.mkdir(parents=True)
    for path in (wide_build / "artifacts").glob("*-fp32-tensor.safetensors*"):
        shutil.copy2(path, artifacts)
    return artifacts.parent
