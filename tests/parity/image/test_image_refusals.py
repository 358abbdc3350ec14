"""Which files are refused, and that the error says which, what was found and what to do."""

import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from image_bytes import PIXELS, encoded, png
from PIL import Image, ImageFile
from PIL.PngImagePlugin import PngInfo
from tools import with_own_peak

from onpar.parity.image.decode import MAX_PIXELS, MAX_SIDE, ImageError, decode

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("colour, channels", [(0, 1), (2, 3), (4, 2), (6, 4)])
def test_16_bit_pngs_are_refused(colour: int, channels: int) -> None:
    data = png(2, 1, 16, colour, b"\0" + bytes(4 * channels))
    with pytest.raises(ImageError, match=r"a\.png: a PNG of 16 bits.*save it with 8"):
        decode(data, "a.png")


def test_cmyk_is_refused() -> None:
    with pytest.raises(ImageError, match=r"a\.jpg: its colours are CMYK.*save as RGB"):
        decode(encoded(Image.fromarray(PIXELS).convert("CMYK"), "JPEG"), "a.jpg")


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "WebP", "AVIF"])
def test_another_format_is_refused_by_its_name(kind: str) -> None:
    with pytest.raises(ImageError, match=rf"photo: is an? {kind}, expected a JPEG or PNG; save"):
        decode(encoded(PIXELS, kind.upper()), "photo")


@pytest.mark.parametrize(
    "data, found",
    [
        (b"", "is empty"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "HEIC"),
        (b"<!doctype html><title>404</title>", "HTML"),
        (b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
        (b"hello", "begins with 68 65 6c 6c 6f"),
        (b"\x89PNG\r\n\x1a\n", "begins with 89 50"),
        (b"\xff\xd8\xff", "header that cannot be read"),
    ],
)
def test_what_is_no_image_is_refused_with_what_it_is(data: bytes, found: str) -> None:
    with pytest.raises(ImageError, match=rf"^photo\.jpg: .*{found}"):
        decode(data, "photo.jpg")


@pytest.mark.parametrize("options", [("PNG", {}), ("JPEG", {}), ("JPEG", {"progressive": True})])
def test_a_file_cut_anywhere_is_refused_and_never_half_decoded(
    options: tuple[str, dict[str, Any]],
) -> None:
    kind, extra = options
    data = encoded(PIXELS, kind, **extra)
    # A PNG's last four bytes are the checksum of an empty chunk: nothing is missing without them.
    for length in range(1, len(data) - (4 if kind == "PNG" else 1)):
        with pytest.raises(ImageError, match=r"^cut: "):
            decode(data[:length], "cut")


def test_a_png_with_one_flipped_bit_in_its_pixels_is_refused() -> None:
    data = bytearray(encoded(PIXELS))
    data[len(data) // 2] ^= 1
    with pytest.raises(ImageError, match="is broken or not whole"):
        decode(bytes(data), "a.png")


def test_pillows_leniency_with_cut_files_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    with pytest.raises(ImageError, match="LOAD_TRUNCATED_IMAGES"):
        decode(encoded(PIXELS, "JPEG")[:-200], "a.jpg")


def test_the_limits_are_the_last_size_that_is_read() -> None:
    rows = (b"\0" + bytes(1000)) * 5000  # 1 bit a pixel: 8000 x 5000 is 40 megapixels exactly
    assert decode(png(8000, 5000, 1, 0, rows), "a.png").shape == (5000, 8000, 3)
    with pytest.raises(ImageError, match=r"8000x5001 is 40\.0 megapixels, the limit is 40;"):
        decode(png(8000, 5001, 1, 0, b""), "a.png")
    assert decode(png(MAX_SIDE, 1, 1, 0, bytes(8193)), "a.png").shape == (1, MAX_SIDE, 3)
    with pytest.raises(ImageError, match="65536x1 has a side above 65535"):
        decode(png(MAX_SIDE + 1, 1, 1, 0, b""), "a.png")
    assert MAX_PIXELS == 40_000_000


BOMB = """
import resource, sys, warnings
warnings.simplefilter("error")
from onpar.parity.image.decode import ImageError, decode
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
data = sys.stdin.buffer.read()
before = peak()
try:
    decode(data, "bomb")
except ImageError as error:
    print((peak() - before) // (1024 if sys.platform == "darwin" else 1), error)
"""


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_bomb_is_refused_by_its_header_without_a_warning_or_memory(kind: str) -> None:
    if kind == "PNG":
        bomb = png(60_000, 60_000, 8, 2, b"\0")
    else:
        small = encoded(PIXELS, "JPEG")
        at = small.index(b"\xff\xc0") + 5
        bomb = small[:at] + struct.pack(">HH", 60_000, 60_000) + small[at + 4 :]
    child = with_own_peak([sys.executable, "-c", BOMB])
    done = subprocess.run(child, input=bomb, capture_output=True, cwd=ROOT, check=True)
    grown, message = done.stdout.decode().split(maxsplit=1)
    assert "60000x60000 is 3600.0 megapixels, the limit is 40" in message
    assert int(grown) < 8 * 1024, f"{grown} KiB"


def test_text_chunks_that_pillow_refuses_are_an_image_error() -> None:
    info = PngInfo()
    info.add_text("note", "a" * (2 << 20), zip=True)
    with pytest.raises(ImageError, match="header that cannot be read"):
        decode(encoded(PIXELS, pnginfo=info), "a.png")
