"""Write golden/phone_photos: two of the photographs in the form that phones store.

.venv/bin/python -m onpar.pipeline.demo.write_phone_photos
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from onpar.parity.files.atomic import whole_file
from onpar.pipeline.paths import PHONE_PHOTOS, PHOTOGRAPHS

ORIENTATION, TURNED_LEFT = 0x0112, 6
"""The EXIF orientation tag, and its value for a phone held upright: the stored row 0 is the visual
right side, column 0 the visual top (EXIF 2.32, 4.6.4)."""


def write(paths: tuple[Path, ...] = PHONE_PHOTOS) -> None:
    """`astronaut.jpg`, 263×1041 upright, stored on its side in 4:2:0; `chelsea.png`, 44×60."""
    astronaut, chelsea = (Image.open(path).convert("RGB") for path in PHOTOGRAPHS[:2])
    # Odd sides: the last blocks of 4:2:0 are cut.
    upright = astronaut.resize((263, 1041), Image.Resampling.LANCZOS, box=(160, 0, 288, 507))
    exif = Image.Exif()
    exif[ORIENTATION] = TURNED_LEFT
    stored = upright.transpose(Image.Transpose.ROTATE_90)
    small = chelsea.resize((44, 60), Image.Resampling.LANCZOS, box=(100, 30, 287, 285))
    with whole_file(paths[0]) as temporary:
        stored.save(temporary, "JPEG", quality=85, subsampling="4:2:0", exif=exif)
    with whole_file(paths[1]) as temporary:
        small.save(temporary, "PNG", optimize=True)


if __name__ == "__main__":
    write()
