"""How long the whole matrix takes, and what its parts take: the export of every variant, the
goldens and the captures, with when each began, so that what overlapped shows.

    .venv/bin/python bench/matrix.py [--recipe deeplabv3_resnet50] [--size 400x400]

Builds everything anew in a temporary folder with seeded:0, then once more with nothing changed.
Exits with 1 where the first takes more than 90 s, or the second more than 1 s.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from onpar.exporters import USUAL
from onpar.pipeline.capture.capture_job import Runs
from onpar.pipeline.host import processor
from onpar.pipeline.jobs.scheduler import Watch
from onpar.pipeline.parity import Outcome, parity
from onpar.pipeline.paths import Build
from onpar.pipeline.weights.choice import choose

LIMITS = (90.0, 1.0)
"""Seconds on 2 cores for ResNet-50 at 400×400: with everything to do, and with nothing."""

SILENT = Watch(lambda name, done, of: None, lambda name: None)


def main() -> int:
    """Build, print the parts, build again."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recipe", default="deeplabv3_resnet50")
    parser.add_argument("--size", default="400x400")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        build = Build(Path(folder))
        choice = choose(chosen.recipe, chosen.size, False, "seeded:0", True, "", "", build, SILENT)
        taken = []
        for number in range(2):
            started = time.monotonic()
            outcome = parity(choice, list(USUAL), [], Runs(), build, SILENT)
            taken.append(time.monotonic() - started)
            if not number:
                print_parts(outcome, started)
    print(f"\n{outcome.run.answer} {outcome.run.coverage}.")
    print(f"{chosen.recipe} {chosen.size}, {os.cpu_count()} cores of {processor()}")
    for what, seconds, limit in zip(("everything", "nothing"), taken, LIMITS, strict=True):
        print(f"{what} to do: {seconds:.1f} s (limit {limit:g} s)")
    return int(any(seconds > limit for seconds, limit in zip(taken, LIMITS, strict=True)))


def print_parts(outcome: Outcome, started: float) -> None:
    """Every job in the order in which they began: from, to, seconds."""
    print(f"{'part':48} {'from':>6} {'to':>6} {'seconds':>8}")
    for done in sorted(outcome.jobs, key=lambda done: done.started):
        begin = done.started - started
        end = begin + done.seconds
        print(f"{done.job.name:48} {begin:6.1f} {end:6.1f} {done.seconds:8.1f}")


if __name__ == "__main__":
    sys.exit(main())
