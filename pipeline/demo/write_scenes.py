"""Write generated scenes as files, for `onpar evaluate` and `--calibration`.

    .venv/bin/python -m onpar.pipeline.demo.write_scenes FOLDER --count 200 --size 200x200
    .venv/bin/python -m onpar.pipeline.demo.write_scenes FOLDER --labels --count 200
    .venv/bin/python -m onpar.pipeline.demo.write_scenes --committed

FOLDER/images has the scenes, FOLDER/masks their classes in VOC's format: indexed PNG of the same
name. They are held-out scenes, over photographs that the demo weights were not trained on; --empty
adds some without objects. With --labels each scene shows one object, for a classifier:
FOLDER/labels.csv has its label of ImageNet, and there are no masks. --committed writes
golden/scenes (the cases) and golden/calibration: scenes over other photographs, and those
photographs.
"""

from __future__ import annotations

import argparse
import csv
import io
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from rich.progress import track

from onpar.parity.contract.chains import voc_palette
from onpar.parity.files.atomic import whole_file, write_text
from onpar.pipeline.demo.drawn_labels import label_of
from onpar.pipeline.demo.photographs import HELD_OUT_PHOTOS, TRAIN, pixels
from onpar.pipeline.demo.scenes import Image as Drawn
from onpar.pipeline.demo.scenes import scene, scene_of_one
from onpar.pipeline.evaluate.labels_csv import HEADER
from onpar.pipeline.paths import ROOT
from onpar.pipeline.recipes.deeplabv3 import VOC_CLASSES
from onpar.pipeline.weights.choice import parse_size

HELD_OUT_SEED, CALIBRATION_SEED, CASE_SEED = (0, 2), (0, 1), (0, 3)
"""How the scenes' seeds begin. Training seeds begin with their own seed and 0."""

CASES = {"square.png": (8, 400, 400), "wide.png": (108, 320, 480)}
"""The last of the seed, height and width of each case."""

CASES_OF_ONE = {
    "aeroplane.png": (405, 200, 260),
    "cat.png": (431, 260, 200),
    "tvmonitor.png": (430, 200, 200),
}
"""The same of the classifier's cases, each of one object."""

CALIBRATION_COUNT, CALIBRATION_SIZE, QUALITY = 16, (320, 320), 90


def main() -> int:
    """Write images, and masks or labels."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--empty", type=int, default=0)
    parser.add_argument("--size", type=parse_size, default=(200, 200))
    parser.add_argument("--labels", action="store_true")
    parser.add_argument("--committed", action="store_true")
    chosen = parser.parse_args()
    if chosen.labels and chosen.empty:
        parser.error("--empty: a scene without an object has no label; leave out one of the two")
    if chosen.committed:
        write_committed(ROOT / "golden")
    elif chosen.folder and chosen.labels:
        write_labelled(chosen.folder, chosen.count, chosen.size)
    elif chosen.folder:
        write_scenes(chosen.folder, chosen.count, chosen.size, chosen.empty)
    else:
        parser.error("name a FOLDER, or --committed")
    return 0


def write_scenes(folder: Path, count: int, size: tuple[int, int], empty: int = 0) -> None:
    """Write `count` held-out scenes of `size` (height, width) into `folder`/images and /masks, and
    then `empty` ones without objects."""
    palette = [level for colour in voc_palette(len(VOC_CLASSES)) for level in colour]
    for index in track(range(count + empty), "scenes", transient=True):
        seed = (*HELD_OUT_SEED, index)
        image, mask = scene(pixels(HELD_OUT_PHOTOS), seed, *size, empty=index >= count)
        _write(folder / "images" / f"{index:04}.png", image)
        indexed = Image.fromarray(mask, "P")
        indexed.putpalette(palette)
        _write(folder / "masks" / f"{index:04}.png", indexed)


def write_labelled(folder: Path, count: int, size: tuple[int, int]) -> None:
    """Write `count` held-out scenes of one object each and of `size` (height, width) into
    `folder`/images, and their labels into `folder`/labels.csv, as `onpar evaluate --labels` takes
    them."""
    rows = [HEADER]
    for index in track(range(count), "scenes", transient=True):
        image, drawn = scene_of_one(pixels(HELD_OUT_PHOTOS), (*HELD_OUT_SEED, index), *size)
        _write(folder / "images" / f"{index:04}.png", image)
        rows.append([f"{index:04}.png", label_of(drawn)])
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    write_text(folder / "labels.csv", text.getvalue())


def write_committed(golden: Path) -> None:
    """Write the cases' scenes and those of calibration into the folder `golden`."""
    for name, (index, height, width) in CASES.items():
        image, _ = scene(pixels(HELD_OUT_PHOTOS), (*CASE_SEED, index), height, width)
        _write(golden / "scenes" / name, image)
    for name, (index, height, width) in CASES_OF_ONE.items():
        image, _ = scene_of_one(pixels(HELD_OUT_PHOTOS), (*CASE_SEED, index), height, width)
        _write(golden / "scenes" / name, image)
    for index, image in enumerate(calibration_scenes(CALIBRATION_COUNT)):
        _write(golden / "calibration" / f"{index:04}.jpg", image)
    for path in TRAIN:
        with whole_file(golden / "calibration" / path.name) as temporary:
            shutil.copyfile(path, temporary)


def calibration_scenes(count: int) -> Iterator[Drawn]:
    """Scenes over the photographs that the demo weights were trained on, u8 [h, w, 3]."""
    for index in range(count):
        yield scene(pixels(TRAIN), (*CALIBRATION_SEED, index), *CALIBRATION_SIZE)[0]


def _write(path: Path, image: Image.Image | Drawn) -> None:
    shown = image if isinstance(image, Image.Image) else Image.fromarray(image)
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path) as temporary:
        shown.save(temporary, Image.registered_extensions()[path.suffix], quality=QUALITY)


if __name__ == "__main__":
    sys.exit(main())
