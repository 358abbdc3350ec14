"""How large the files of a recipe are, and what share of its float32 file an int8 one is.

    .venv/bin/python bench/sizes.py [--recipe deeplabv3_resnet50] [--keep-aux]

Exports every variant into build/ with seeded:0 at 400×400 and prints megabytes (10⁶ bytes). Exits
with 1 where an int8 file is larger than 27 % of the float32 file of its format.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

ONPAR = str(Path(sys.executable).with_name("onpar"))

LIMIT = 0.27
"""A quarter for the weights, and the scales, the graph and what stays float32."""


def main() -> int:
    """Export and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recipe", default="deeplabv3_resnet50")
    parser.add_argument("--keep-aux", action="store_true")
    chosen = parser.parse_args()
    command = [ONPAR, "export", "--recipe", chosen.recipe, "--weights", "seeded:0", "--json"]
    command += ["--keep-aux"] if chosen.keep_aux else []
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    sizes = {one["variant"]: one["artifact"]["bytes"] for one in json.loads(done.stdout)}
    over = False
    for name, size in sizes.items():
        whole = sizes.get(name.replace("int8", "fp32"), size)
        over |= "int8" in name and size > LIMIT * whole
        share = f"{size / whole:7.1%} of fp32" if size != whole else ""
        print(f"{name:26} {size / 1e6:8.1f} MB {share}")
    return int(over)


if __name__ == "__main__":
    sys.exit(main())
