"""A small classifier that tests evaluate."""

from __future__ import annotations

from pathlib import Path

import pytest
from builds import Once, model_of
from here import onpar_here

from onpar.pipeline.paths import ROOT


@pytest.fixture(scope="session")
def artifacts(once: Once) -> tuple[Path, Path]:
    """A small classifier in ONNX, in float32 and int8."""

    def make(folder: Path) -> None:
        recipe = ROOT / "tests" / "user_recipes" / "colours.py"
        words = ("--recipe", recipe, "--size", "32x32", "--weights", "built")
        formats = ("--format", "onnx-fp32-tensor", "--format", "onnx-int8-tensor")
        done = onpar_here("export", *words, *formats, "--build", folder)
        assert done.returncode == 0, done.stdout + done.stderr

    build = once.made("colours", make)
    return model_of(build, "fp32-tensor.onnx"), model_of(build, "int8-tensor.onnx")
