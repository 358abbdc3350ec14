"""Write generated scenes as files, for `onpar evaluate` and `--calibration`.

    .venv/bin/python -m pipeline.demo.write_scenes FOLDER [--count 200] [--size 200x200] [--train]

FOLDER/images has the scenes, FOLDER/masks their classes as VOC has them: indexed PNG of the same
name. They are held-out scenes, over photographs that the demo weights have not seen; with --train
over those that they have, as JPEG, for calibration.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from PIL import Image
from rich.progress import track

from parity.atomic import whole_file
from pipeline.choice import parse_size
from pipeline.demo.photographs import HELD_OUT, TRAIN, pixels
from pipeline.demo.scenes import scene
from pipeline.recipes.deeplabv3 import voc_palette

HELD_OUT_SEED, CALIBRATION_SEED = (0, 2), (0, 1)
"""What scenes' seeds begin with. Training's begin with its own seed and 0."""


def main() -> int:
    """Write images and masks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--size", type=parse_size, default=(200, 200))
    parser.add_argument("--train", action="store_true")
    chosen = parser.parse_args()
    write_scenes(chosen.folder, chosen.count, chosen.size, chosen.train)
    return 0


def write_scenes(folder: Path, count: int, size: tuple[int, int], train: bool) -> None:
    """Write `count` scenes of `size` (height, width) into `folder`/images and /masks."""
    photos = pixels(TRAIN if train else HELD_OUT)
    seed = CALIBRATION_SEED if train else HELD_OUT_SEED
    suffix, options = (".jpg", {"quality": 90}) if train else (".png", {})
    palette = [level for colour in voc_palette() for level in colour]
    for part in ("images", "masks"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    for index in track(range(count), "scenes", transient=True):
        image, mask = scene(photos, (*seed, index), *size)
        with whole_file(folder / "images" / f"{index:04}{suffix}") as temporary:
            Image.fromarray(image).save(temporary, Image.registered_extensions()[suffix], **options)
        indexed = Image.fromarray(mask, "P")
        indexed.putpalette(palette)
        with whole_file(folder / "masks" / f"{index:04}.png") as temporary:
            indexed.save(temporary, "PNG")


if __name__ == "__main__":
    sys.exit(main())
