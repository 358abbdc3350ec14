"""How long the everyday commands take as whole processes, against what they must reach.

    .venv/bin/python bench/commands.py [--runs 5]

Needs a finished `make parity` in build/. Prints minimum, median and maximum seconds of each
command, its limit, and exits with 1 where a median is over it.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ONPAR = str(Path(sys.executable).with_name("onpar"))


def commands() -> dict[str, tuple[list[str], float]]:
    """Each command with its limit in seconds; the capture is the first one of a 400×400 build."""
    captured = ROOT / "build" / "captures" / "onnxruntime"
    captures = sorted(captured.glob("*-400x400-*-fp32-tensor.onnx/*.safetensors"))
    if not captures:
        sys.exit("no capture in build/: run `make parity` first")
    return {
        "onpar --help": ([ONPAR, "--help"], 0.15),
        "onpar check, one 400×400 case": ([ONPAR, "check", str(captures[0])], 0.5),
        "make parity, nothing changed": (["make", "parity"], 1.0),
    }


def seconds(command: list[str], runs: int) -> list[float]:
    """Wall-clock seconds of each run, after one that warms the file cache."""
    taken = []
    for _ in range(runs + 1):
        started = time.perf_counter()
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        taken.append(time.perf_counter() - started)
    return taken[1:]


def main() -> int:
    """Time every command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    slow = False
    print(f"{'command':34} {'min':>6} {'median':>6} {'max':>6} {'limit':>6}")
    for name, (command, limit) in commands().items():
        taken = seconds(command, runs)
        median = statistics.median(taken)
        slow |= median > limit
        print(f"{name:34} {min(taken):6.2f} {median:6.2f} {max(taken):6.2f} {limit:6.2f}")
    return int(slow)


if __name__ == "__main__":
    sys.exit(main())
