"""What the hosts decode is what Pillow decodes; the hard images are refused alike."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from hard_images.display_p3 import P3_PRIMARIES, SRGB_PRIMARIES
from hard_images.icc import Primaries, parametric
from hosts import Host
from photo_files import ADOBE, CURVES, HARD, IMAGES, REFUSALS, subsampled, with_profile
from PIL import Image

from onpar.parity.contract.capture import Tensor
from onpar.parity.image.decode import decode
from onpar.pipeline.paths import PHOTOS, ROOT, SCENES

BUNDLED_LIBJPEG = {"chroma_440.jpg": (26, 11)}
"""Largest difference and 99th percentile, in levels, of a Java that is not built with the
system's libjpeg-turbo but has libjpeg 6b of its own (measured: Temurin 25)."""


def decoded(host: Host, paths: list[Path]) -> list[dict[str, Tensor] | str]:
    return host.batch([{"do": "decode", "file": str(path)} for path in paths])


def written(host: Host, files: dict[str, bytes]) -> list[Path]:
    for name, content in files.items():
        (host.folder / name).write_bytes(content)
    return [host.folder / name for name in files]


def test_every_hard_image_has_its_expected_pixels_or_is_refused_for_its_reason(host: Host) -> None:
    for (file, said), got in zip(
        IMAGES.items(), decoded(host, [HARD / file for file in IMAGES]), strict=True
    ):
        if "refused" in said:
            assert isinstance(got, str), file
            assert got.startswith(f"{file}: "), got
            assert REFUSALS[said["refused"]] in got, got
            continue
        assert isinstance(got, dict), got
        pixels = got["decoded"]
        assert list(pixels.shape) == said["shape"], file
        if sha256(pixels.data).hexdigest() != said["sha256"]:
            expected = np.asarray(Image.open(HARD / said["pixels"]))
            off = np.abs(pixels.astype(int) - expected)
            most, percentile = BUNDLED_LIBJPEG.get(file, (0, 0))
            assert off.max() <= most, (file, off.max())
            assert np.percentile(off, 99) <= percentile, file


def test_the_photos_and_scenes_are_exact(host: Host) -> None:
    folders = ("calibration", "photos/held_out")
    more = [path for one in folders for path in sorted((ROOT / "golden" / one).glob("*.jpg"))]
    paths = [*PHOTOS, *SCENES, *more]
    for path, got in zip(paths, decoded(host, paths), strict=True):
        assert isinstance(got, dict), got
        assert np.array_equal(got["decoded"], decode(path.read_bytes(), path.name)), path.name


def test_jpegs_of_every_subsampling_and_quality_are_exact(host: Host) -> None:
    files = subsampled()
    for (name, content), got in zip(
        files.items(), decoded(host, written(host, files)), strict=True
    ):
        assert isinstance(got, dict), got
        assert np.array_equal(got["decoded"], decode(content, name)), name


def segment(marker: int, content: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(content) + 2).to_bytes(2, "big") + content


def without(data: bytes, marker: int) -> bytes:
    start = data.index(bytes([0xFF, marker]))
    return data[:start] + data[start + 2 + int.from_bytes(data[start + 2 : start + 4], "big") :]


def test_what_surrounds_the_pixels_of_a_jpeg_does_not_move_them(host: Host) -> None:
    """Colours that only libjpeg's rule tells, thumbnails, Exif before JFIF, fill bytes."""
    data = (HARD / "chroma_444.jpg").read_bytes()
    bare = without(data, 0xE0)
    ids = bare.index(b"\xff\xc0") + 10
    other_ids = bytearray(bare)
    scan = bare.index(b"\xff\xda") + 5
    for component in range(3):
        other_ids[ids + 3 * component] = other_ids[scan + 2 * component] = component + 40
    files = {
        "bare.jpg": bare,
        "other_ids.jpg": bytes(other_ids),
        "exif_first.jpg": data[:2]
        + segment(0xE1, b"Exif\0\0II*\0\x08\0\0\0" + bytes(6))
        + data[2:],
        "comment.jpg": data[:2] + segment(0xFE, b"\xff\xd9" * 20) + data[2:],
        "filled.jpg": data[:2] + b"\xff\xff\xff" + data[2:],
        "trailing.jpg": data + b"trailing bytes",
        "rgb_bare.jpg": without((HARD / "rgb_coded.jpg").read_bytes(), 0xEE),
    }
    for (name, content), got in zip(
        files.items(), decoded(host, written(host, files)), strict=True
    ):
        assert isinstance(got, dict), got
        assert np.array_equal(got["decoded"], decode(content, name)), name


@pytest.mark.parametrize("file", ["chroma_420.jpg", "progressive.jpg", "grey.png", "palette.png"])
def test_a_file_cut_anywhere_is_refused_in_words(host: Host, file: str) -> None:
    data = (HARD / file).read_bytes()
    files = {f"cut_{n}_{file}": data[:n] for n in range(0, len(data), max(1, len(data) // 60))}
    for name, got in zip(files, decoded(host, written(host, files)), strict=True):
        assert isinstance(got, str), name
        assert got.startswith(f"{name}: "), got
        assert "; " in got


def test_a_damaged_file_is_refused_or_decoded_never_a_crash(host: Host) -> None:
    random = np.random.default_rng(3)
    names = ["chroma_420.jpg", "exif_6.jpg", "display_p3.jpg", "palette.png", "display_p3.png"]
    files = {}
    for name in names:
        for index in range(40):
            data = bytearray((HARD / name).read_bytes())
            for place in random.integers(0, min(len(data), 1500), 3):
                data[place] = random.integers(256)
            files[f"{index}_{name}"] = bytes(data)
    for name, got in zip(files, decoded(host, written(host, files)), strict=True):
        assert isinstance(got, dict) or got.startswith(f"{name}: "), got


@pytest.mark.parametrize(
    "content, sentence",
    [
        (b"", "is empty (0 bytes), expected a JPEG or PNG; copy it again"),
        (b"GIF89a" + b"\0" * 99, "is a GIF, expected a JPEG or PNG; save it as one of these"),
        (b"\0\0\0\x18ftypheic", "is a HEIC (or another ISO media file), expected a JPEG"),
        (b"hello", "is not an image that onpar supports (it begins with 68 65 6c 6c 6f), expected"),
        (b"<html>hello</html>", "is text (HTML, XML or SVG), expected a JPEG or PNG"),
    ],
)
def test_what_is_no_photo_is_refused(host: Host, content: bytes, sentence: str) -> None:
    [got] = decoded(host, written(host, {"photo.jpg": content}))
    assert isinstance(got, str)
    assert got.startswith("photo.jpg: "), got
    assert sentence in got


@pytest.mark.parametrize("primaries", [P3_PRIMARIES, SRGB_PRIMARIES, ADOBE], ids=str)
def test_profiles_of_every_kind_of_curve_are_converted_exactly(
    host: Host, primaries: Primaries
) -> None:
    files = {f"{name}.png": with_profile(curve, primaries) for name, curve in CURVES.items()}
    for (name, content), got in zip(
        files.items(), decoded(host, written(host, files)), strict=True
    ):
        assert isinstance(got, dict), got
        assert np.array_equal(got["decoded"], decode(content, name)), name


def test_a_profile_whose_black_is_not_black_is_converted_nearly(host: Host) -> None:
    """No photo's is known to be; Java's own LittleCMS rounds where sRGB is steepest."""
    content = with_profile(parametric(1, (2.2, 1 / 1.1, 0.1 / 1.1)), ADOBE)
    [got] = decoded(host, written(host, {"black.png": content}))
    assert isinstance(got, dict), got
    off = np.abs(got["decoded"].astype(int) - decode(content, "black.png"))
    assert off.max() <= 19
    assert (off > 0).mean() < 0.07
