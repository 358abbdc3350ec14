"""Times the Android app's steps around the model, and the tutorials' code for each.

    .venv/bin/python bench/android_image.py

A photo of 512×512 for a model of 400×400 and 21 classes, on one core of a warm JVM, in turn in one
process: medians of 200 rounds. The tutorials normalise pixel by pixel, take the arg-max by a triple
loop over the whole array into an int array, and set colours one by one; their resize is the
system's (bench/scaled_bitmap.py has what that does). Exits with 1 where all takes more than LIMIT.
"""

from __future__ import annotations

import subprocess
import sys

from onpar.pipeline.host import processor
from onpar.pipeline.targets.android_host import JAR

LIMIT = 12.0
"""Milliseconds for all of it."""


def main() -> int:
    """Run the Java, print a table."""
    path = f"{JAR.parent}/test-classes:{JAR}"
    command = ["java", "-XX:ActiveProcessorCount=1", "-cp", path, "org.onpar.host.ImageSpeed"]
    done = subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE)
    rows = [line.split() for line in done.stdout.splitlines()]
    print(f"512×512 to 400×400, 21 classes, one core of {processor()}\n")
    print("| step | onpar | the tutorials' way |\n| --- | --- | --- |")
    for step, ours, theirs in rows:
        print(f"| {step} | {ours} ms | {'–' if theirs == 'NaN' else f'{theirs} ms'} |")
    took = float(rows[-1][1])
    print(f"\n{took:.1f} ms, at most {LIMIT:.0f} are allowed")
    return int(took > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
