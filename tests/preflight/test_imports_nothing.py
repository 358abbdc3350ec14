"""Preflight imports no runtime: it is fast, and runs nothing of a file."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

TELL = """
import json, sys
from onpar.pipeline.cli.main import main
try:
    main(["preflight", *sys.argv[1:]])
except SystemExit as end:
    assert end.code == 0, end.code
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""

RUNTIMES = {"torch", "torchvision", "onnxruntime", "executorch", "coremltools", "onnxscript"}


@pytest.mark.parametrize("suffix", [".pt", ".ptl", ".onnx", ".ort", ".mlpackage", ".pte"])
def test_no_runtime_is_imported(wide_build: Path, suffix: str) -> None:
    [path] = (wide_build / "artifacts").glob(f"*-fp32-tensor{suffix}")
    words: list[str | Path] = [sys.executable, "-c", TELL, path]
    # No app pins an ExecuTorch.
    words += ["--runtime", "executorch@1.5.1"] if suffix == ".pte" else []
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    loaded = set(json.loads(done.stdout.splitlines()[-1]))
    assert "onpar" in loaded
    assert loaded & RUNTIMES == set()
