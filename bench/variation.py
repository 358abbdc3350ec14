"""How far the figures of honest rows lie apart between kinds of machine, made up on this one.

    .venv/bin/python bench/variation.py [--recipe deeplabv3_mobilenet_v3_large] [--size 128x128]
        [--format onnx]…

Builds once for every pair of an instruction set, which PyTorch and oneDNN are held to, and a number
of threads, each with goldens of its own, and prints the largest difference of each figure between
any two of them. What `parity/baseline/drift.py` takes for noise must be more; exits with 1 where it
is not.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from itertools import combinations
from pathlib import Path

from onpar.parity.baseline.drift import SEEN_NOISE, SNR_NOISE, USED_NOISE, figures
from onpar.parity.judge.run import Row, Run, read_run

ROOT = Path(__file__).resolve().parent.parent

SETS = {
    "as it is": {},
    "AVX2": {"ATEN_CPU_CAPABILITY": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2"},
    "SSE4.1": {"ATEN_CPU_CAPABILITY": "default", "ONEDNN_MAX_CPU_ISA": "SSE41"},
}
NOISE = {"used": USED_NOISE, "snr_db": SNR_NOISE, "seen": SEEN_NOISE}


def built(folder: Path, model: list[str], threads: int, instructions: dict[str, str]) -> Run:
    """The run of a build from nothing under an instruction set. Raises where onpar fails."""
    command = [sys.executable, "-m", "onpar", "parity", *model, "--threads", str(threads)]
    command += ["--build", str(folder)]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | instructions, capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    [path] = folder.glob("reports/*/run.json")
    return read_run(path)


def largest(a: Run, b: Run, figure: str) -> tuple[float, str]:
    """The largest difference of a figure over the rows of two runs, and that row."""
    sides = [{Row(v.target, v.variant, v.case): figures(v) for v in r.verdicts} for r in (a, b)]
    pairs = [(row, *(getattr(side[row], figure) for side in sides)) for row in sides[0]]
    measured = [
        (abs(x - y), f"{row.target} on {row.case}") for row, x, y in pairs if None not in (x, y)
    ]
    return max(measured)


def main() -> None:
    """Build, compare, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--recipe", default="deeplabv3_mobilenet_v3_large")
    parser.add_argument("--size", default="128x128")
    parser.add_argument("--format", action="append", default=[], help="default: every format")
    given = parser.parse_args()
    model = ["--recipe", given.recipe, "--size", given.size, "--weights", "seeded:0"]
    model += [word for name in given.format for word in ("--format", name)]
    runs: dict[str, Run] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, instructions in SETS.items():
            for threads in (1, 2):
                what = f"{name}, {threads} threads"
                runs[what] = built(Path(folder) / what, model, threads, instructions)
    beyond = False
    for figure, noise in NOISE.items():
        found = [(*largest(runs[a], runs[b], figure), a, b) for a, b in combinations(runs, 2)]
        difference, row, a, b = max(found)
        print(f"{figure:<10} {difference:.3g} of {noise:g} ({row}: {a} against {b})")
        beyond |= difference > noise
    sys.exit(1 if beyond else 0)


if __name__ == "__main__":
    main()
