"""What must be fast is fast, as whole processes. `bench/commands.py` prints the figures."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from builds import RECIPE, make_build, onpar

TRIES = 5

IMPORTS = "import click, msgspec, numpy, PIL.Image, rich.console, rich.table"
"""What `onpar parity` needs of other packages before it can do anything: 0.2 to 0.4 s, as fast as
the machine is at the time."""


def seconds(run: Callable[[], subprocess.CompletedProcess[str]]) -> float:
    started = time.perf_counter()
    assert run().returncode == 0
    return time.perf_counter() - started


def fastest(*arguments: str | Path) -> float:
    """Seconds of the fastest of a few runs: the others measured the machine's other work."""
    return min(seconds(lambda: onpar(*arguments)) for _ in range(TRIES))


def test_help_takes_at_most_three_tenths_of_a_second() -> None:
    assert fastest("--help") <= 0.3


def test_parity_with_nothing_changed_takes_at_most_six_times_its_imports(wide_build: Path) -> None:
    """Measured side by side: 4.3 times. `bench/commands.py` has the seconds."""
    model = ["--recipe", RECIPE, "--weights", "seeded:0", "--size", "96x160"]
    alone = [sys.executable, "-c", IMPORTS]
    taken = [
        (
            seconds(lambda: onpar("parity", *model, "--build", wide_build)),
            seconds(lambda: subprocess.run(alone, text=True)),
        )
        for _ in range(TRIES)
    ]
    parity, imports = map(min, zip(*taken, strict=True))
    assert parity <= 6 * imports


@pytest.mark.slow
def test_check_of_a_400x400_case_takes_at_most_six_tenths_of_a_second(tmp_path: Path) -> None:
    build = make_build(tmp_path / "build", "400x400", "onnx-fp32-tensor")
    [capture] = (build / "captures" / "onnxruntime").rglob("coffee.safetensors")
    assert fastest("check", capture, "--build", build) <= 0.6
