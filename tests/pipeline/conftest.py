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


@pytest.fixture
def onnx(build: Path, wide_build: Path) -> Path:
    """A build that has the weights, seeded ones, and ONNX in float32 and int8."""
    for pattern in ("*-fp32-tensor.onnx*", "*-int8-tensor.onnx*"):
        for path in (wide_build / "artifacts").glob(pattern):
            shutil.copy2(path, build / "artifacts")
    return build
