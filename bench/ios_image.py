"""Times the iOS app's steps around the model, and the tutorials' code for each.

    .venv/bin/python bench/ios_image.py

A photo of 512×512 for a model of 400×400 and 21 classes, on one core, in turn in one process:
medians of 200 rounds, 11 of the tutorials' way. They hand the scores to Swift as an NSMutableArray
of NSNumber and loop over it pixel by pixel (here on GNUstep's Foundation, not Apple's). Exits with
1 where all takes more than LIMIT, or the tutorials' way less than FASTER times as long.
"""

from __future__ import annotations

import subprocess
import sys

from onpar.pipeline.host import processor
from onpar.pipeline.targets.ios_host import HOST

LIMIT = 8.0
"""Milliseconds for all of it."""

FASTER = 100.0
"""How many times as long the tutorials' arg-max alone takes as all of onpar's, at least."""


def main() -> int:
    """Run the C++, print a table."""
    done = subprocess.run(
        [HOST.with_name("image_speed")], check=True, text=True, stdout=subprocess.PIPE
    )
    rows = [line.split() for line in done.stdout.splitlines()]
    print(f"512×512 to 400×400, 21 classes, one core of {processor()}\n")
    print("| step | onpar | the tutorials' way |\n| --- | --- | --- |")
    for step, ours, theirs in rows:
        print(f"| {step} | {ours} ms | {'–' if theirs == 'nan' else f'{theirs} ms'} |")
    took = float(rows[-1][1])
    slow = next(float(theirs) for step, _, theirs in rows if step == "arg-max")
    print(f"\n{took:.1f} ms, at most {LIMIT:.0f} are allowed; ", end="")
    print(f"boxed and looped over {slow:.0f} ms, {slow / took:.0f} times as long")
    return int(took > LIMIT or slow < FASTER * took)


if __name__ == "__main__":
    sys.exit(main())
