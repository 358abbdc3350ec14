"""Debian's libtorch 1.13.1, which loads files as `torch::jit::load` and the lite interpreter do."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from tools import needs

Load = Callable[[Sequence[Path]], list[str]]
"""What libtorch says of each file: `loads`, or why not."""


def built(folder: Path) -> Load:
    """Compile the program that loads them."""
    compiler = needs("clang++", "make system")
    if not Path("/usr/include/torch").exists():
        pytest.skip("libtorch is not installed here: make system")
    program = folder / "load"
    source = Path(__file__).with_name("load_with_libtorch.cpp")
    words: list[str | Path] = [
        compiler,
        "-std=c++17",
        "-O0",
        source,
        "-o",
        program,
        "-ltorch",
        "-ltorch_cpu",
        "-lc10",
    ]
    subprocess.run(words, check=True, timeout=300)

    def load(paths: Sequence[Path]) -> list[str]:
        done = subprocess.run(
            [program, *paths], capture_output=True, text=True, timeout=120, check=True
        )
        said = done.stdout.splitlines()
        assert len(said) == len(paths), done.stdout + done.stderr
        return said

    return load
