"""How fast `onpar evaluate` is on 1 and 2 cores, and whether its memory stays flat.

    .venv/bin/python bench/evaluate.py [--images 1000] [--size 200x200] [--format onnx-fp32-tensor]…

Exports MobileNetV3 with seeded:0 into a temporary folder, draws the images and their masks, and
evaluates them anew with 1 and with 2 workers. Prints the seconds of the whole command, and of each
worker its peak memory after a tenth of its images and after all. Exits with 1 where 2 workers are
less than 1.6 times as fast, or the memory grows by more than a tenth. Give it a quiet machine.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image

from onpar.pipeline.demo.photographs import HELD_OUT_PHOTOS, pixels
from onpar.pipeline.demo.scenes import scene
from onpar.pipeline.host import processor

ONPAR = str(Path(sys.executable).with_name("onpar"))

FORMATS = ["onnx-fp32-tensor", "onnx-int8-tensor"]

FASTER = 1.6
"""How much faster 2 workers must be than 1, on 1,000 images."""

GROWTH = 1.1
"""How much more memory a worker may have taken at its end than after a tenth of its images."""


def main() -> int:
    """Export, draw, evaluate with 1 worker, then with 2."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=1000)
    parser.add_argument("--size", default="200x200")
    parser.add_argument("--format", action="append", dest="formats", help=", ".join(FORMATS))
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        artifacts = exported(folder, given.size, given.formats or FORMATS)
        height, width = map(int, given.size.split("x"))
        draw(folder, given.images, height, width)
        print(
            f"{given.images:,} images of {given.size}, {len(artifacts)} artifacts and the float "
            f"reference, {os.cpu_count()} cores of {processor()}"
        )
        taken, growths = [], []
        for workers in (1, 2):
            seconds, memory = evaluated(folder, artifacts, workers)
            taken.append(seconds)
            print(f"{workers} worker{'s' * (workers > 1)}: {seconds:.1f} s")
            for early, late in memory:
                growths.append(late / early)
                print(f"  peak memory {early:.0f} MB after a tenth, {late:.0f} MB at the end")
    print(f"2 workers are {taken[0] / taken[1]:.2f} times as fast (limit {FASTER})")
    return int(taken[0] < FASTER * taken[1] or max(growths) > GROWTH)


def exported(folder: Path, size: str, formats: list[str]) -> list[Path]:
    """The artifacts to evaluate, in a build folder below."""
    words = [word for name in formats for word in ("--format", name)]
    model = ["--recipe", "deeplabv3_mobilenet_v3_large", "--size", size, "--weights", "seeded:0"]
    command = [ONPAR, "export", *model, *words, "--json", "--build", str(folder / "build")]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    paths = {one["variant"]: Path(one["path"]) for one in json.loads(done.stdout)}
    return [paths[name] for name in formats]


def draw(folder: Path, count: int, height: int, width: int) -> None:
    """Generated scenes, and the class of every pixel as their masks."""
    photos = pixels(HELD_OUT_PHOTOS)
    for part in ("images", "masks"):
        (folder / part).mkdir()
    for index in range(count):
        image, classes = scene(photos, (0, 3, index), height, width)
        Image.fromarray(image).save(folder / "images" / f"{index:05}.png")
        Image.fromarray(classes).save(folder / "masks" / f"{index:05}.png")


def evaluated(
    folder: Path, artifacts: list[Path], workers: int
) -> tuple[float, list[tuple[float, float]]]:
    """Seconds of a whole evaluation, and of each worker the peak memory in MB after a tenth of its
    images and at the end."""
    build = folder / f"{workers}-workers"
    words = [word for path in artifacts for word in ("--artifact", str(path))]
    given = ["--images", str(folder / "images"), "--masks", str(folder / "masks"), *words]
    command = [ONPAR, "evaluate", *given, "--workers", str(workers), "--build", str(build)]
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - started
    memory = []
    for path in sorted(build.glob("evaluations/*/records-*.jsonl")):
        peaks = [json.loads(line)["peak_rss_mb"] for line in path.read_text().splitlines()]
        memory.append((peaks[len(peaks) // 10], peaks[-1]))
    return seconds, memory


if __name__ == "__main__":
    sys.exit(main())
