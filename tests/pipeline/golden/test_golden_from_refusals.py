"""What no golden can be made of is refused, with the fault and the way out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from calls import refusal
from taken_photos import checked, holding, holiday, kept, only_exports, take, told

from onpar.parity.contract.capture import Capture, read_info
from onpar.parity.contract.sidecar import read_sidecar
from onpar.parity.files.atomic import write_text
from onpar.parity.image.decode import MAX_PIXELS
from onpar.pipeline.paths import IMAGES, Build
from onpar.pipeline.photos.from_capture import photo_path


@pytest.fixture
def exported(wide_build: Path, tmp_path: Path) -> Path:
    """A build with the exports alone, which has no golden."""
    return only_exports(wide_build, tmp_path / "build")


@pytest.mark.parametrize("name", ["coffee", "my own cup"])
def test_the_recipes_own_photo_gets_none_under_no_name(
    exported: Path, tmp_path: Path, name: str
) -> None:
    capture = take(exported, (IMAGES / "coffee.png").read_bytes(), name)
    wrong = holding(capture, decoded=np.roll(capture.tensors["decoded"], 8))
    path = kept(tmp_path, wrong)
    said = refusal("golden", "--from", path, "--build", exported)
    assert "has the recipe's own photo coffee, whose golden also judges the decoding" in said


def test_another_photo_under_the_name_of_the_recipes_own_gets_none_and_is_a_wrong_case(
    exported: Path, wide_build: Path, tmp_path: Path
) -> None:
    path = kept(tmp_path, take(exported, name="coffee"))
    said = refusal("golden", "--from", path, "--build", exported)
    assert "has another photo than the recipe's coffee, but the same name" in said
    _, [row] = checked(wide_build, path)
    assert row["status"] == "WRONG_CASE"


REFUSED: dict[str, tuple[Callable[[Capture], Capture], str]] = {
    "an artifact of another build": (
        lambda one: told(one, artifact_sha256="0" * 64),
        "which is not in ",
    ),
    "another recipe": (lambda one: told(one, recipe="other"), "says recipe other, the artifact "),
    "a changed recipe": (
        lambda one: told(one, recipe_sha256="1" * 64),
        "says recipe digest 1111",
    ),
    "other weights": (lambda one: told(one, weights_sha256="2" * 64), "says weights 2222"),
    "a golden": (lambda one: told(one, target="reference"), "is a golden; give a capture"),
    "an unknown target": (lambda one: told(one, target="fridge"), "its target is 'fridge'"),
    "a digest that is none": (
        lambda one: told(one, sources={"photo": "../../photo"}),
        'its `sources` are {"photo":"../../photo"}, expected the SHA-256 of the photo\'s file by '
        "the name photo: ",
    ),
    "a digest of another name": (
        lambda one: told(one, sources={"left": "1" * 64}),
        'its `sources` are {"left":"1111',
    ),
    "no digest": (lambda one: told(one, sources={}), "its `sources` are {}, expected"),
    "a second photo": (
        lambda one: told(one, sources={**one.info.sources, "right": "1" * 64}),
        "by the name photo: ",
    ),
    "no pixels": (
        lambda one: replace(one, tensors={"resized": one.tensors["resized"]}),
        "has no `decoded`",
    ),
    "pixels of another type": (
        lambda one: holding(one, decoded=one.tensors["decoded"].astype(np.float32)),
        "its `decoded` is float32 [370, 400, 3], expected uint8 [height, width, 3]",
    ),
    "pixels with alpha": (
        lambda one: holding(one, decoded=np.zeros((4, 5, 4), np.uint8)),
        "its `decoded` is uint8 [4, 5, 4], expected",
    ),
    "pixels in a row": (lambda one: holding(one, decoded=np.zeros(12, np.uint8)), "is uint8 [12]"),
    "an empty photo": (
        lambda one: holding(one, decoded=np.zeros((0, 5, 3), np.uint8)),
        "is uint8 [0, 5, 3]",
    ),
    "too many pixels": (
        lambda one: holding(one, decoded=np.zeros((2, MAX_PIXELS // 2 + 1, 3), np.uint8)),
        "above the limit of 40 megapixels",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_no_golden_can_be_made_of_is_refused_in_words(
    exported: Path, tmp_path: Path, what: str
) -> None:
    change, words = REFUSED[what]
    path = kept(tmp_path, change(take(exported)))
    said = refusal("golden", "--from", path, "--build", exported)
    assert said.startswith(f"onpar: {path}: ")
    assert words in said
    assert not (exported / "goldens").exists()


def test_what_is_no_capture_is_refused_in_words(exported: Path, tmp_path: Path) -> None:
    (tmp_path / "photo.png").write_bytes(holiday())
    for path, words in (
        (tmp_path / "photo.png", "is not a capture: it does not begin as a .safetensors file"),
        (tmp_path / "nowhere.safetensors", "cannot be read"),
        (tmp_path, "is a folder; give one capture file in it"),
        (next((exported / "artifacts").glob("*-fp32-tensor.safetensors")), "is a file of weights"),
    ):
        assert words in refusal("golden", "--from", path, "--build", exported)


def test_without_the_weights_it_says_to_export_them(exported: Path, tmp_path: Path) -> None:
    path = kept(tmp_path, take(exported))
    next((exported / "artifacts").glob("*-fp32-tensor.safetensors")).unlink()
    said = refusal("golden", "--from", path, "--build", exported)
    assert said.endswith("; run `onpar export`")


def test_options_that_name_a_model_are_refused_beside_a_capture(
    exported: Path, tmp_path: Path
) -> None:
    path = kept(tmp_path, take(exported))
    said = refusal("golden", "--from", path, "--size", "96x160", "--build", exported)
    assert said == f"onpar: --from {path} names its model; leave out --size"


@pytest.mark.parametrize("name", ["../../../escape", "/etc/passwd", "", ".onpar-x", "ä\n\0" * 99])
def test_a_cases_name_leads_nowhere_else(wide_build: Path, tmp_path: Path, name: str) -> None:
    artifact = read_sidecar(next((wide_build / "artifacts").glob("*.onnx.json")))
    info = read_info(next((wide_build / "captures").rglob("coffee.safetensors")))
    path = photo_path(Build(tmp_path), artifact, replace(info, case=name))
    write_text(path, "")
    assert path.resolve().parent.parent.parent == tmp_path / "goldens"
    assert not path.name.startswith(".")
