"""JPEG files by Pillow's libjpeg-turbo and Debian's `cjpeg`, and their pixels by `djpeg`.

`djpeg` and Pillow are two builds of libjpeg-turbo, of different age: a file on which they differ by
one bit is refused here.
"""

from __future__ import annotations

import shutil
import subprocess
from io import BytesIO
from typing import Any

import numpy as np
from hard_images.case import U8
from PIL import Image, features


def jpeg(pixels: U8 | Image.Image, **options: Any) -> bytes:
    """By Pillow: u8 [H, W] grey or [H, W, 3] RGB; the options are those of its JPEG writer."""
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    file = BytesIO()
    image.save(file, "JPEG", **{"quality": 85} | options)
    return file.getvalue()


def jpeg_440(pixels: U8) -> bytes:
    """Chroma halved vertically only, as a quarter turn of a 4:2:2 photo has it; by `cjpeg`."""
    return _tool("cjpeg", "-quality", "85", "-sample", "1x2", given=_ppm(pixels))


def jpeg_ycck(pixels: U8) -> bytes:
    """Adobe's inverted YCCK of RGB pixels, with an empty K.

    Its first three components are YCbCr of the inverse of what is to be seen. Pillow writes four
    components as they are, says that they are CMYK, and inverts them; so they are inverted here,
    and the last byte of its Adobe segment is made to say YCCK (Adobe Technical Note 5116, 18).
    """
    bands = Image.fromarray(255 - pixels).convert("YCbCr").split()
    inverted = [Image.eval(band, lambda level: 255 - level) for band in bands]
    data = jpeg(Image.merge("CMYK", [*inverted, Image.new("L", bands[0].size)]))
    at = data.index(b"\xff\xee\0\x0eAdobe") + 15
    return data[:at] + b"\2" + data[at + 1 :]


def two_pictures(first: U8, second: U8) -> bytes:
    """A multi-picture file (CIPA DC-007), by Pillow."""
    file = BytesIO()
    behind = [Image.fromarray(second)]
    Image.fromarray(first).save(file, "MPO", save_all=True, append_images=behind, quality=85)
    return file.getvalue()


def stored_pixels(data: bytes) -> U8:
    """The pixels as stored, u8 RGB [H, W, 3], by `djpeg`; neither EXIF nor a profile is applied.

    Raises ValueError where Pillow differs.
    """
    with Image.open(BytesIO(_tool("djpeg", given=data))) as ppm:
        pixels = np.asarray(ppm.convert("RGB"))
    with Image.open(BytesIO(data)) as image:
        if not np.array_equal(np.asarray(image.convert("RGB")), pixels):
            raise ValueError("djpeg and Pillow decode this JPEG differently; expected equal pixels")
    return pixels


def libraries() -> dict[str, str]:
    """Who wrote and read the files, for `expected.json`."""
    done = subprocess.run(["djpeg", "-version"], capture_output=True, text=True, check=True)
    pillow = f"Pillow {features.version('pil')}, libjpeg-turbo {features.version('libjpeg_turbo')}"
    debian = done.stderr.splitlines()[0].removesuffix(")").replace(" (build ", ", build ")
    return {
        "jpeg_writer": pillow,
        "jpeg_440_writer": f"cjpeg, {debian}",
        "jpeg_decoders": f"djpeg, {debian}; to the bit {pillow}",
        "icc": f"LittleCMS {features.version('littlecms2')}",
    }


def _ppm(pixels: U8) -> bytes:
    file = BytesIO()
    Image.fromarray(pixels).save(file, "PPM")
    return file.getvalue()


def _tool(name: str, *options: str, given: bytes) -> bytes:
    if shutil.which(name) is None:
        raise SystemExit(f"{name} is not installed: apt-get install libjpeg-turbo-progs")
    return subprocess.run([name, *options], input=given, capture_output=True, check=True).stdout
