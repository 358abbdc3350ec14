"""The image contract: the pixels of a JPEG or PNG file, and the model's input made from them.

`decode` reads the file; `fit` and `normalise` make the model's input.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import numpy as np
import numpy.typing as npt
from PIL import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile

from onpar.parity.image.colour import to_srgb
from onpar.parity.image.fit import fit, normalise
from onpar.parity.image.image_error import ImageError
from onpar.parity.image.orientation import upright
from onpar.parity.image.resize import resize
from onpar.parity.limits.limits import MAX_PHOTO_BYTES, MAX_PIXELS, MAX_SIDE, OTHER_FORMATS

__all__ = ["MAX_PIXELS", "MAX_SIDE", "ImageError", "decode", "fit", "normalise", "resize"]

GREY = ("1", "L", "LA")
COLOUR = ("P", "RGB", "RGBA")

PNG_START = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR"
"""The signature and the chunk that must follow it (PNG, 5.2 and 5.6)."""
JPEG_START = b"\xff\xd8\xff"


def decode(data: bytes, name: str) -> npt.NDArray[np.uint8]:
    """The pixels of a JPEG or PNG file: u8 RGB [H, W, 3], upright, in sRGB.

    `name` is only used in errors. The rules, in this order:

    - JPEG (grey, RGB) and PNG of at most 8 bits (grey, palette, RGB, with alpha or not); not above
      40 megapixels, nor 65,535 pixels a side. CMYK and 16-bit are refused. So is a file that is
      not whole: a PNG is read to its last chunk with every checksum, a JPEG to its last row.
    - Alpha, a palette's alpha and a transparent colour are dropped; the colours stay as stored.
    - Grey and palette are expanded to RGB.
    - An embedded ICC profile is converted to sRGB, unless it is sRGB (`onpar.parity.image.colour`
      has the rule); a damaged or unsuitable one is refused. PNG's gAMA, cHRM, sRGB and cICP chunks
      are ignored, as Pillow does.
    - EXIF's orientation is applied (from JPEG's APP1 or PNG's eXIf).

    Raises ImageError for anything else.
    """
    if ImageFile.LOAD_TRUNCATED_IMAGES:
        raise ImageError(
            f"{name}: not decoded, because a library has set PIL.ImageFile.LOAD_TRUNCATED_IMAGES, "
            "with which half a file would pass for a whole one; set it to False again"
        )
    image = _open(data, name)
    _check_header(image, data, name)
    with _refused(name, "is broken or not whole", "copy or download it again"):
        if image.format == "PNG":
            PngImageFile(BytesIO(data)).verify()
        image.load()
    # A PNG's eXIf chunk may follow its pixels, so the metadata is complete only now.
    info = dict(image.info)
    image.info.clear()
    mode = "L" if image.mode in GREY else "RGB"
    pixels = image if image.mode == mode else image.convert(mode)
    if "icc_profile" in info:
        with _refused(name, "has a colour profile that cannot be used", "save it as sRGB"):
            # Pillow returns None for a damaged profile.
            pixels = to_srgb(pixels, info["icc_profile"] or b"")
    if "exif" in info:
        with _refused(name, "has EXIF data that cannot be read", "save it again without them"):
            pixels = upright(pixels, info["exif"])
    return np.array(pixels if pixels.mode == "RGB" else pixels.convert("RGB"))


def _open(data: bytes, name: str) -> ImageFile.ImageFile:
    """Read only the header, no pixels.

    Image.open would warn above its own limit; the two readers themselves do not.
    """
    if not data:
        raise ImageError(f"{name}: is empty (0 bytes), expected a JPEG or PNG; copy it again")
    if len(data) > MAX_PHOTO_BYTES:
        raise ImageError(
            f"{name}: has {len(data):,} bytes, at most {MAX_PHOTO_BYTES:,} are read; save it "
            "again, compressed"
        )
    with _refused(name, "has a header that cannot be read", "copy or download it again"):
        if data.startswith(PNG_START):
            return PngImageFile(BytesIO(data))
        if data.startswith(JPEG_START):
            return JpegImageFile(BytesIO(data))
    found = next(
        (what for at, magic, what in OTHER_FORMATS if data[at:].startswith(magic)),
        f"not an image that onpar supports (it begins with {data[:8].hex(' ')})",
    )
    raise ImageError(f"{name}: is {found}, expected a JPEG or PNG; save it as one of these")


def _check_header(image: ImageFile.ImageFile, data: bytes, name: str) -> None:
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise ImageError(
            f"{name}: {width}x{height} is {width * height / 1e6:.1f} megapixels, "
            f"the limit is {MAX_PIXELS // 1_000_000}; scale it down"
        )
    if max(width, height) > MAX_SIDE:
        raise ImageError(
            f"{name}: {width}x{height} has a side above {MAX_SIDE} pixels; crop it or scale it down"
        )
    # Pillow silently drops the lower byte of 16-bit colours, so the depth comes from the
    # file: it is the ninth byte of IHDR (PNG, 11.2.1).
    if image.format == "PNG" and data[24] > 8:
        raise ImageError(
            f"{name}: a PNG of {data[24]} bits a channel, expected at most 8; save it with 8 bits"
        )
    if image.mode not in GREY + COLOUR:
        raise ImageError(f"{name}: its colours are {image.mode}, expected grey or RGB; save as RGB")


@contextmanager
def _refused(name: str, found: str, advice: str) -> Iterator[None]:
    """Turn any exception of Pillow into an ImageError."""
    try:
        yield
    except MemoryError:
        raise
    except Exception as error:  # On hostile bytes Pillow raises a dozen undocumented exceptions.
        raise ImageError(f"{name}: {found} ({error}); {advice}") from error
