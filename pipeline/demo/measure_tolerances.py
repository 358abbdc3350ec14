"""Measure the tolerances of int8 and float16 with the demo weights: `make tolerances`.

Exports them, and evaluates the files on held-out scenes with `onpar evaluate --tolerances`, at the
export size and at the test size. Writes golden/tolerances; builds into build/.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from onpar.exporters import VARIANTS
from onpar.parity.contract.measured import IMAGES, PLAIN_IMAGES
from onpar.pipeline.demo.segment_scenes import RECIPE
from onpar.pipeline.demo.write_scenes import write_scenes
from onpar.pipeline.paths import ROOT, TOLERANCES
from onpar.pipeline.targets import loaders
from onpar.pipeline.weights.choice import parse_size

SIZES = ("400x400", "96x160")

COUNT, EMPTY = IMAGES + 20, 2 * PLAIN_IMAGES
"""The number of scenes, some of which are nearly all background, and of scenes without an
object."""

SCENES = Path("build", f"scenes-{COUNT}-{EMPTY}")

FILE = TOLERANCES / f"{RECIPE}-demo.json"

ONPAR = str(Path(sys.executable).with_name("onpar"))


def main() -> int:
    """Export, evaluate, write."""
    if not SCENES.exists():
        write_scenes(SCENES, COUNT, parse_size(SIZES[0]), EMPTY)
    FILE.unlink(missing_ok=True)  # It may be about old weights.
    # With io `image` there are no scores to measure.
    chosen = [
        name
        for name, one in VARIANTS.items()
        if one.precision != "fp32" and one.io == "tensor" and loaders(one.format)
    ]
    for size in SIZES:
        export = [ONPAR, "export", "--recipe", RECIPE, "--weights", "demo", "--size", size]
        export += [word for name in chosen for word in ("--format", name)]
        exports = json.loads(subprocess.check_output([*export, "--json"]))
        folders = ["--images", str(SCENES / "images"), "--masks", str(SCENES / "masks")]
        paths = [one["path"] for one in exports if one["variant"] in chosen]
        files = [word for path in paths for word in ("--artifact", path)]
        command = [ONPAR, "evaluate", *folders, *files, "--tolerances", str(FILE.relative_to(ROOT))]
        # The command is in the file, so it must not have a path of this machine.
        subprocess.run(command, cwd=ROOT, check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
