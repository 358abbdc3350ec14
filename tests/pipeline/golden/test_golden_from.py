"""A golden of any photo, from the pixels that a target decoded; and what it must not hide."""

from __future__ import annotations

from pathlib import Path

import in_process
import numpy as np
import pytest
from calls import refusal
from here import onpar_here
from PIL import Image
from recipe_text import written
from taken_photos import checked, holding, holiday, kept, made, only_exports, take, told

from onpar.parity.contract.capture import Capture, digest, read_capture, write_capture
from onpar.parity.contract.golden import read_golden, sealed
from onpar.parity.contract.golden.find import find_golden, find_photo_golden, index_goldens
from onpar.parity.contract.sidecar import read_sidecar, sidecar_path
from onpar.parity.contract.spec import RecipeOptions
from onpar.parity.image.decode import decode
from onpar.parity.judge.judge import judge
from onpar.parity.judge.status import Status
from onpar.pipeline.module.build_module import build_module
from onpar.pipeline.photos.from_capture_job import golden_of
from onpar.pipeline.photos.photo import Photo
from onpar.pipeline.recipes import load_recipe

NOT_JUDGED = "decoding was not judged: the golden was made from what onnxruntime decoded"


@pytest.fixture(scope="module")
def judged(wide_build: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build with the golden of the holiday photo, made from a capture in which everything is
    wrong but the pixels."""
    folder = tmp_path_factory.mktemp("judged")
    wrong = take(only_exports(wide_build, folder / "build"))
    for damage in FAULTS.values():
        wrong = damage(wrong)
    made(folder / "build", kept(folder, wrong))
    return folder / "build"


def nearest(capture: Capture) -> Capture:
    photo = Image.fromarray(capture.tensors["decoded"])
    return holding(capture, resized=np.array(photo.resize((160, 96), Image.Resampling.NEAREST)))


def bgr(capture: Capture) -> Capture:
    return holding(capture, image=capture.tensors["image"][:, ::-1].copy())


def off_by_a_hundredth(capture: Capture) -> Capture:
    return holding(capture, out=capture.tensors["out"] * 1.01)


def upside_down(capture: Capture) -> Capture:
    return holding(capture, classmap=capture.tensors["classmap"][::-1].copy())


FAULTS = {
    "resize-image": nearest,
    "normalize": bgr,
    "run": off_by_a_hundredth,
    "argmax": upside_down,
}


def test_a_photo_of_the_phone_is_judged_once_it_has_a_golden_but_its_decoding_is_not(
    wide_build: Path, tmp_path: Path
) -> None:
    build = only_exports(wide_build, tmp_path / "build")
    path = kept(tmp_path, take(build))
    code, [row] = checked(build, path)
    assert (code, row["status"]) == (1, "WRONG_CASE")
    assert f"`onpar golden --from {path}`" in row["sentence"]
    golden = made(build, path)
    code, [row] = checked(build, path)
    assert (code, row["status"]) == (0, "PASS")
    assert row["sentence"].startswith("On par. out: largest error ")
    assert NOT_JUDGED in row["sentence"]
    again = onpar_here("golden", "--from", path, "--build", build)
    assert "Goldens (up to date)" in again.stdout
    assert again.stderr == (
        "onpar: it cannot judge how the photo was decoded: its pixels are the capture's own\n"
    )
    assert read_golden(golden).decoded_by == "onnxruntime"


def test_its_floor_and_gates_are_measured_against_the_recipes_own_photos(
    judged: Path, wide_build: Path
) -> None:
    golden = read_golden(next((judged / "goldens").rglob("*.safetensors")))
    own = read_golden(next((wide_build / "goldens").rglob("coffee.safetensors")))
    assert 1 <= golden.floors["out"].max_abs / own.floors["out"].max_abs < 2
    assert golden.gates["out"].least > 1000 * golden.floors["out"].max_abs


def test_one_golden_serves_every_variant_of_the_same_weights(judged: Path, tmp_path: Path) -> None:
    for io in ("tensor", "image"):
        capture = take(judged, model=f"fp32-{io}.onnx", name="under another name")
        code, [row] = checked(judged, kept(tmp_path, capture))
        assert (code, row["status"]) == (0, "PASS")
        assert NOT_JUDGED in row["sentence"]


@pytest.mark.parametrize("stage", FAULTS)
def test_a_golden_made_from_a_wrong_capture_does_not_excuse_what_is_wrong_in_it(
    judged: Path, tmp_path: Path, stage: str
) -> None:
    path = kept(tmp_path, FAULTS[stage](take(judged)))
    code, [row] = checked(judged, path)
    assert (code, row["status"], row["stage"]) == (1, "VALUE", stage)


def test_another_target_that_decodes_other_pixels_of_the_same_photo_fails_and_gets_no_own_golden(
    judged: Path, tmp_path: Path
) -> None:
    first = take(judged)
    [golden] = (judged / "goldens").rglob("*.safetensors")
    turned = decode(holiday(), "photo.png")[:, ::-1].copy()
    other = kept(tmp_path, holding(told(first, target="android-host"), decoded=turned), "other")
    code, [row] = checked(judged, other)
    assert (code, row["status"], row["stage"]) == (1, "VALUE", "decode-image")
    assert "from what onnxruntime decoded: one of the two is wrong" in row["sentence"]
    said = refusal("golden", "--from", other, "--build", judged)
    assert (
        f"its photo already has a golden, {golden}, with the pixels that onnxruntime decoded"
        in said
    )


def test_a_golden_of_the_recipes_own_photo_that_was_made_by_hand_is_not_taken(
    judged: Path, tmp_path: Path
) -> None:
    [path] = (judged / "artifacts").glob("*-fp32-tensor.onnx")
    [golden] = (judged / "goldens").rglob("*.safetensors")
    artifact = read_sidecar(sidecar_path(path))
    [coffee] = [case for case in artifact.cases if case.name == "coffee"]
    own = {"case": coffee.name, "sources": coffee.digests}
    forged = tmp_path / "goldens" / "forged.safetensors"
    write_capture(forged, sealed(told(read_capture(golden), **own)))
    capture = told(take(judged), **own)
    assert find_photo_golden(index_goldens([forged.parent])[0], artifact, capture.info) is None
    assert find_golden(index_goldens([forged.parent])[0], artifact, "coffee") is None
    for name in ("coffee", "my own cup"):
        verdict = judge(told(capture, case=name), artifact, read_golden(forged), lambda _: {})
        assert verdict.status is Status.STALE_GOLDEN


def test_the_pixels_are_found_by_the_name_that_the_recipe_gives_them(tmp_path: Path) -> None:
    numbers = "(0.25, 0.25, 0.25)"
    path = written(tmp_path, (numbers, f'{numbers}, source="left"'))
    recipe = load_recipe(RecipeOptions(str(path), 24, 32))
    own = in_process.judged(recipe, tmp_path).goldens[0].capture
    pixels = {"left.decoded": decode(holiday(), "photo.png")}
    photo = Photo("IMG 2041", own.info.sources, "onnxruntime", "", "left.decoded", digest(pixels))
    golden, _ = golden_of(recipe, build_module(recipe), photo, pixels, "1" * 64, "weights", "key")
    assert golden.tensors.keys() == own.tensors.keys()
    assert np.array_equal(golden.tensors["left.decoded"], pixels["left.decoded"])
    assert not np.array_equal(golden.tensors["image"], own.tensors["image"])
