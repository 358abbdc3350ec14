"""What Android's ImageDecoder and the app's core decode is what Pillow decodes, to the bit."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from hard_images.display_p3 import P3_PRIMARIES, SRGB_PRIMARIES
from jvm import Robolectric
from photo_files import ADOBE, CURVES, HARD, IMAGES, REFUSALS, subsampled, with_profile
from safetensors.numpy import load_file

from onpar.parity.contract.capture import Tensor
from onpar.parity.image.decode import decode
from onpar.pipeline.paths import PHOTOS, SCENES


def profiled() -> dict[str, bytes]:
    """PNGs of noise with colour profiles of every kind of curve."""
    spaces = {"p3": P3_PRIMARIES, "srgb": SRGB_PRIMARIES, "adobe": ADOBE}
    return {
        f"profile_{space}_{name}.png": with_profile(curve, primaries)
        for space, primaries in spaces.items()
        for name, curve in CURVES.items()
    }


def damaged() -> dict[str, bytes]:
    """Files cut short, and with bytes changed at random."""
    random = np.random.default_rng(3)
    files = {}
    for name in ("chroma_420.jpg", "progressive.jpg", "grey.png", "palette.png"):
        data = (HARD / name).read_bytes()
        for n in range(1, len(data), len(data) // 20):
            files[f"cut_{n}_{name}"] = data[:n]
    for name in ("chroma_420.jpg", "exif_6.jpg", "display_p3.jpg", "palette.png", "display_p3.png"):
        for index in range(20):
            changed = bytearray((HARD / name).read_bytes())
            for place in random.integers(0, min(len(changed), 1500), 3):
                changed[place] = random.integers(256)
            files[f"damaged_{index}_{name}"] = bytes(changed)
    return files


FILES = {
    **{file: (HARD / file).read_bytes() for file in IMAGES},
    **{path.name: path.read_bytes() for path in (*PHOTOS, *SCENES)},
    **subsampled(),
    **profiled(),
}


@pytest.fixture(scope="module")
def decoded(
    robolectric: Robolectric, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Tensor | str]:
    """Of each file its pixels, or why it is refused; one start of Robolectric for all."""
    folder = tmp_path_factory.mktemp("decoding")
    (folder / "images").mkdir()
    (folder / "out").mkdir()
    for name, content in (FILES | damaged()).items():
        (folder / "images" / name).write_bytes(content)
    robolectric.java_tests(
        folder, "org.onpar.app.DecodeRun", images=folder / "images", out=folder / "out"
    )
    return {name: result(folder / "out", name) for name in FILES | damaged()}


def result(out: Path, name: str) -> Tensor | str:
    refusal = out / f"{name}.txt"
    if refusal.exists():
        return refusal.read_text("utf-8")
    return load_file(out / f"{name}.safetensors")["decoded"]


@pytest.mark.parametrize("name", FILES)
def test_every_pixel_is_pillows_or_the_file_is_refused_for_its_reason(
    decoded: dict[str, Tensor | str], name: str
) -> None:
    got = decoded[name]
    refused = IMAGES.get(name, {}).get("refused")
    if refused:
        assert isinstance(got, str), name
        assert got.startswith(f"{name}: ")
        assert REFUSALS[refused] in got
    else:
        assert not isinstance(got, str), got
        assert np.array_equal(got, decode(FILES[name], name))


def test_a_damaged_file_is_decoded_or_refused_and_a_cut_one_refused(
    decoded: dict[str, Tensor | str],
) -> None:
    for name in damaged():
        got = decoded[name]
        if isinstance(got, str):
            assert got.startswith(f"{name}: "), got
            assert "; " in got
        else:
            assert not name.startswith("cut_"), name


def test_the_expected_pixels_are_those_that_all_platforms_are_held_to(
    decoded: dict[str, Tensor | str],
) -> None:
    said = {name: one["sha256"] for name, one in IMAGES.items() if "refused" not in one}
    assert len(said) > 40
    for name, digest in said.items():
        got = decoded[name]
        assert not isinstance(got, str), got
        assert sha256(np.ascontiguousarray(got).data).hexdigest() == digest, name
