"""How large the files of a recipe are, with and without the auxiliary head.

    .venv/bin/python bench/sizes.py [--recipe deeplabv3_resnet50]

Exports both into build/ with seeded:0 at 400×400 and prints megabytes (10⁶ bytes).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

ONPAR = str(Path(sys.executable).with_name("onpar"))


def main() -> None:
    """Export and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recipe", default="deeplabv3_resnet50")
    recipe = parser.parse_args().recipe
    print(f"{'format':12} {'without aux':>12} {'with aux':>12}")
    sizes: dict[str, list[float]] = {}
    for aux in ([], ["--keep-aux"]):
        command = [ONPAR, "export", "--recipe", recipe, "--weights", "seeded:0", "--json", *aux]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
        for exported in json.loads(done.stdout):
            sizes.setdefault(exported["format"], []).append(exported["artifact"]["bytes"] / 1e6)
    for name, (without, with_aux) in sizes.items():
        print(f"{name:12} {without:9.1f} MB {with_aux:9.1f} MB")


if __name__ == "__main__":
    main()
