"""int8 of ResNet-50 is small, and fast where the processor has instructions for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from onpar.pipeline.paths import ROOT

pytestmark = pytest.mark.slow

DOT_PRODUCTS = {"avx512_vnni", "avx_vnni", "asimddp"}
"""What Linux calls a processor's int8 dot products: x86's in two encodings, and ARM's."""


def bench(name: str, folder: Path, *options: str) -> str:
    """What a bench prints, once it found its limit kept; it builds in `folder`."""
    command = [sys.executable, str(ROOT / "bench" / name), *options]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=1200)
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("aux", [[], ["--keep-aux"]], ids=["plain", "aux"])
def test_int8_files_of_resnet50_are_at_most_27_percent_of_float32(
    tmp_path: Path, aux: list[str]
) -> None:
    said = bench("sizes.py", tmp_path, *aux)
    assert said.count("% of fp32") == 5


def test_onnx_int8_of_resnet50_takes_at_most_half_of_float_torchscripts_time(
    tmp_path: Path,
) -> None:
    flags = set(Path("/proc/cpuinfo").read_text().split())
    if not flags & DOT_PRODUCTS:
        pytest.skip("this processor has no int8 dot products: int8 is hardly faster than float32")
    said = bench("int8_latency.py", tmp_path)
    assert "onnx-int8-tensor" in said
