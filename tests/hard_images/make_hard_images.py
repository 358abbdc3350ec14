"""Writes golden/hard_images: the image contract's hard cases, each with what it must decode to.

    .venv/bin/python tests/hard_images/make_hard_images.py

Needs `cjpeg` and `djpeg` (apt-get install libjpeg-turbo-progs). No expectation comes from the
decoder under test, onpar.parity.image.decode:

- PNG: the array that was written, palettes looked up;
- JPEG: `djpeg`, and Pillow must agree to the bit;
- EXIF: the definition of the eight orientations;
- Display P3: LittleCMS, at most one level from the equations in doubles.

The same versions write the same bytes again; `expected.json` says which they were.
"""

from __future__ import annotations

import json
from pathlib import Path

from hard_images.case import FOLDER, REASONS, Case, entry
from hard_images.jpeg import libraries
from hard_images.jpeg_cases import jpeg_cases
from hard_images.orientation_cases import orientation_cases
from hard_images.png_cases import png_cases
from hard_images.profile_cases import profile_cases
from hard_images.size_cases import size_cases
from PIL import Image

THEMES = (orientation_cases, png_cases, jpeg_cases, profile_cases, size_cases)


def write(case: Case, folder: Path) -> None:
    """The file, and its expected pixels as a plain 8-bit RGB PNG."""
    (folder / case.file).write_bytes(case.data)
    if case.pixels is not None and not case.own_pixels:
        Image.fromarray(case.pixels).save(folder / case.pixels_file, optimize=True)


def main() -> None:
    """Replace every file of the folder but its README."""
    cases = [case for theme in THEMES for case in theme()]
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.iterdir():
        if old.name != "README.md":
            old.unlink()
    for case in cases:
        write(case, FOLDER)
    table = {
        "format": "onpar-hard-images/1",
        "libraries": libraries(),
        "reasons": REASONS,
        "images": {case.file: entry(case) for case in cases},
    }
    text = json.dumps(table, indent=1, ensure_ascii=False)
    (FOLDER / "expected.json").write_text(text + "\n", encoding="utf-8")
    size = sum(file.stat().st_size for file in FOLDER.iterdir())
    print(f"{len(cases)} hard images, {size / 1e6:.2f} MB in {FOLDER}")


if __name__ == "__main__":
    main()
