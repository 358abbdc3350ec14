"""The calls that tests of the Python interface make, and scripts of a user that make them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from onpar.pipeline.paths import ROOT

RECIPE = ROOT / "tests" / "user_recipes" / "photo_and_text.py"

OPTIONS: dict[str, Any] = {
    "size": (32, 48),
    "weights": "built",
    "formats": "onnx-fp32-tensor",
    "targets": "onnxruntime",
}

WORDS = "--recipe {} --size 32x48 --weights built --format onnx-fp32-tensor --target onnxruntime"
"""The same as words of the command line."""


def command_line(build: Path) -> list[str]:
    """`onpar parity` with the same options."""
    return ["parity", *WORDS.format(RECIPE).split(), "--build", str(build)]


def python(*arguments: str | Path, cwd: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run Python as a user does, with onpar from this checkout."""
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTEST_ADDOPTS": ""} | more,
        capture_output=True,
        text=True,
        timeout=300,
    )
