"""What must be fast is fast, as whole processes. `bench/commands.py` prints the figures."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from builds import RECIPE, make_build, onpar

TRIES = 5


def fastest(*arguments: str | Path) -> float:
    """Seconds of the fastest of a few runs: the others measured the machine's other work."""
    taken = []
    for _ in range(TRIES):
        started = time.perf_counter()
        assert onpar(*arguments).returncode == 0
        taken.append(time.perf_counter() - started)
    return min(taken)


def test_help_takes_at_most_three_tenths_of_a_second() -> None:
    assert fastest("--help") <= 0.3


def test_parity_with_nothing_changed_takes_at_most_a_second(wide_build: Path) -> None:
    model = ["--recipe", RECIPE, "--weights", "seeded:0", "--size", "96x160"]
    assert fastest("parity", *model, "--build", wide_build) <= 1


@pytest.mark.slow
def test_check_of_a_400x400_case_takes_at_most_six_tenths_of_a_second(tmp_path: Path) -> None:
    build = make_build(tmp_path / "build", "400x400", "onnx-fp32-tensor")
    [capture] = (build / "captures" / "onnxruntime").rglob("coffee.safetensors")
    assert fastest("check", capture, "--build", build) <= 0.6
