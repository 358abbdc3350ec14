"""What must be fast is fast, as whole processes. `bench/commands.py` prints the figures by a clock,
of a machine that does nothing else; here it is what they take of a processor."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from builds import RECIPE, formats_made, make_build, onpar
from tools import processor_seconds

TRIES = 3

TURNS = 6

IMPORTS = "import click, msgspec, numpy, PIL.Image, rich.console, rich.table"
"""What `onpar parity` needs of other packages before it can do anything: 0.2 to 0.4 s, as fast as
the machine is."""


def least(*arguments: str | Path) -> float:
    """Seconds of a processor of the best of a few runs: the first also reads files."""
    return min(processor_seconds(lambda: onpar(*arguments)) for _ in range(TRIES))


def test_help_takes_at_most_three_tenths_of_a_second() -> None:
    assert least("--help") <= 0.3


def test_parity_with_nothing_changed_takes_at_most_six_times_its_imports(
    wide_build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Measured: 3.5 times. `bench/commands.py` has the seconds."""
    # As users have it: what was compiled once is kept.
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    # A copy: another process of the tests links and unlinks the files of the wide build, which sets
    # their time of change, and what has another time is judged again.
    build = shutil.copytree(wide_build, tmp_path / "build")
    model = ["--recipe", RECIPE, "--weights", "seeded:0", "--size", "96x160"]
    command: list[str | Path] = [
        "parity",
        *model,
        *formats_made(),
        "--allow-unjudged",
        "--build",
        build,
    ]
    alone = [sys.executable, "-c", IMPORTS]
    judged = onpar(*command)
    assert judged.returncode == 0, judged.stdout + judged.stderr
    # In turns: a second of a processor is worth half as much a moment later. The best of each, as
    # other work adds to both.
    times = [
        (
            processor_seconds(lambda: onpar(*command)),
            processor_seconds(lambda: subprocess.run(alone, capture_output=True, text=True)),
        )
        for _ in range(TURNS)
    ]
    of_parity, of_imports = map(min, zip(*times, strict=True))
    assert of_parity / of_imports <= 6


@pytest.mark.slow
def test_check_of_a_400x400_case_takes_at_most_six_tenths_of_a_second(tmp_path: Path) -> None:
    build = make_build(tmp_path / "build", "400x400", "onnx-fp32-tensor")
    [capture] = (build / "captures" / "onnxruntime").rglob("coffee.safetensors")
    assert least("check", capture, "--build", build) <= 0.6
